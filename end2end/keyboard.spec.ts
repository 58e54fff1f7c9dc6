// Single keys: what they do, where they rest, and that they can be switched off.

import type { Page } from "@playwright/test";

import { actions } from "./deprovision.ts";
import { axe, expect, hydrated, screenshot, test } from "./fixtures.ts";

test.use({ importFile: "grid.csv" });

const box = (page: Page, serial: string) =>
  page.getByRole("checkbox", { name: `Select ${serial}`, exact: true });
const count = (page: Page) => page.getByRole("status", { name: "Selection" });
const help = (page: Page) => page.getByRole("dialog", { name: "Keyboard shortcuts" });
const opener = (page: Page) => page.getByRole("button", { name: "Keyboard shortcuts" });

async function open(page: Page): Promise<void> {
  await page.goto("/devices");
  await hydrated(page);
}

test("rows are walked, ticked and listed by single keys", async ({ page }) => {
  await open(page);
  await page.keyboard.press("j");
  await expect(box(page, "GRID0000")).toBeFocused();
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  await page.keyboard.press("x");
  await expect(box(page, "GRID0001")).toBeChecked();
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("Shift+X");
  await expect(count(page)).toHaveText("3 selected");

  await page.keyboard.press("]");
  await expect(page.getByText("51–100 of 130")).toBeVisible();
  await page.keyboard.press("[");
  await expect(page.getByText("1–50 of 130")).toBeVisible();
  await page.keyboard.press("s");
  await expect(page.getByText("1–3 of 3")).toBeVisible();
  await page.keyboard.press("s");
  await expect(page.getByText("1–50 of 130")).toBeVisible();
  await page.keyboard.press("r");
  await expect(page.getByText("Cache refreshed")).toBeVisible();

  await page.keyboard.press("a");
  await expect(page.getByRole("menuitem").first()).toBeFocused();
  await page.keyboard.press("s");
  await expect(page.getByRole("menuitem").first()).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(actions(page)).toBeFocused();

  await page.keyboard.press("g");
  await page.keyboard.press("j");
  await expect(page).toHaveURL(/\/jobs$/);
  await page.keyboard.press("g");
  await page.keyboard.press("d");
  await expect(page).toHaveURL(/\/devices$/);
});

test("what has the focus comes out from under the headings on the way up", async ({ page }) => {
  for (const width of [1280, 900]) {
    await page.setViewportSize({ width, height: 600 });
    await page.goto("/devices");
    await hydrated(page);
    const steps = async (key: string) => {
      for (let step = 0; step < 30; step += 1) {
        await page.keyboard.press(key);
        const isSeen = await page.evaluate(() => {
          const focused = document.activeElement;
          if (!focused?.matches(".grid__row input")) return true;
          const { left, top, width, height } = focused.getBoundingClientRect();
          const there = document.elementFromPoint(left + width / 2, top + height / 2);
          return there !== null && (focused.contains(there) || there.contains(focused));
        });
        expect(isSeen, `${key} ${step} at ${width} px`).toBe(true);
      }
    };
    await steps("j");
    await steps("k");
  }
});

test("what is typed into a field is no shortcut", async ({ page }) => {
  await open(page);
  await page.keyboard.press("/");
  await expect(page.getByRole("searchbox")).toBeFocused();
  await page.keyboard.type("jx?/");
  await expect(page.getByRole("searchbox")).toHaveValue("jx?/");
  await expect(help(page)).toBeHidden();
});

test("Ctrl with A ticks the page from within the list only", async ({ page }) => {
  await open(page);
  await page.keyboard.press("Control+a");
  await expect(count(page)).toHaveText("0 selected");
  await page.getByRole("columnheader").getByRole("button", { name: "Serial number" }).focus();
  await page.keyboard.press("Control+a");
  await expect(count(page)).toHaveText("0 selected");
  await page.keyboard.press("j");
  await page.keyboard.press("Control+a");
  await expect(count(page)).toHaveText("50 selected");
});

test("the help lists the keys, and they can be switched off", async ({ page }) => {
  await open(page);
  await page.keyboard.press("Shift+?");
  await expect(help(page)).toBeVisible();
  const on = page.getByRole("checkbox", { name: /^Single-key shortcuts/ });
  await expect(on).toBeChecked();
  await axe(page);
  await screenshot(page, "keyboard");
  await page.setViewportSize({ width: 360, height: 740 });
  await screenshot(page, "keyboard-360");
  await page.emulateMedia({ colorScheme: "dark" });
  await axe(page);
  await page.setViewportSize({ width: 1280, height: 800 });

  await on.uncheck();
  await page.keyboard.press("Escape");
  await page.keyboard.press("j");
  await page.keyboard.press("Shift+?");
  await expect(help(page)).toBeHidden();
  await expect(box(page, "GRID0000")).not.toBeFocused();
  await page.reload();
  await hydrated(page);
  await page.keyboard.press("j");
  await expect(box(page, "GRID0000")).not.toBeFocused();

  await opener(page).click();
  await on.check();
  await page.keyboard.press("Escape");
  await expect(opener(page)).toBeFocused();
  await page.keyboard.press("j");
  await expect(box(page, "GRID0000")).toBeFocused();
});

test("the link that skips the table is seen while it has the focus", async ({ page }) => {
  await page.goto("/devices");
  await hydrated(page);
  const skip = page.getByRole("link", { name: "Skip table" });
  await skip.focus();
  const seen = await skip.evaluate((link) => {
    const { left, right, top, bottom } = link.getBoundingClientRect();
    const ends = [
      [left + 4, top + 4],
      [right - 4, bottom - 4],
    ] as const;
    return ends.map(([x, y]) => document.elementFromPoint(x, y) === link);
  });
  expect(seen).toEqual([true, true]);
});
