// One state of a screen in each look: wide and on a phone, light and in the dark.

import type { Page } from "@playwright/test";

import { axe, expect, screenshot, test } from "./fixtures.ts";

const WIDE = { width: 1280, height: 800 };
const PHONE = { width: 360, height: 740 };

/** Looks at the page as it is now: nothing to find for axe, nothing to scroll sideways. */
export async function everyLook(page: Page, name: string): Promise<void> {
  // Each look takes seconds.
  test.info().setTimeout(test.info().timeout + 60_000);
  for (const size of [WIDE, PHONE]) {
    await page.setViewportSize(size);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await axe(page);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(width).toBeLessThanOrEqual(size.width);
      await screenshot(page, `${name}-${size.width}-${colorScheme}`);
    }
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize(WIDE);
}
