// Small screens: nothing covers what is to be pressed, and nothing leaves the screen.

import type { Locator, Page } from "@playwright/test";

import {
  acknowledge,
  actions,
  deprovision,
  execute,
  giveReason,
  heading,
  next,
  notifications,
  openPanel,
  tick,
  leave,
} from "./deprovision.ts";
import { expect, screenshot, test } from "./fixtures.ts";

test.use({ importFile: "grid.csv" });

const WIDTHS = [320, 360, 414, 640, 768, 1023];

/** Expects a press in the middle, or near a corner, to reach the element. */
async function uncovered(what: Locator): Promise<void> {
  await expect(what).toBeInViewport({ ratio: 0.99 });
  const covered = await what.evaluate((element) => {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    const spots = [
      [(left + right) / 2, (top + bottom) / 2],
      [left + 5, top + 5],
      [right - 5, bottom - 5],
    ] as const;
    return spots
      .map(([x, y]) => document.elementFromPoint(x, y))
      .filter((on) => on === null || !(element.contains(on) || on.contains(element)))
      .map((on) => on?.outerHTML.slice(0, 100) ?? "nothing");
  });
  expect(covered, await what.innerText()).toEqual([]);
}

/** Expects nothing to be wider than the screen. */
async function fits(page: Page): Promise<void> {
  const [wide, screen] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth,
  ]);
  expect(wide).toBeLessThanOrEqual(screen!);
}

for (const width of WIDTHS) {
  test.describe(`${width} wide`, () => {
    test.use({ viewport: { width, height: 640 } });

    test(`a message covers no button of the panel, ${width} wide`, async ({ page }) => {
      await tick(page, ["GRID0000"]);
      await deprovision(page);
      const message = notifications(page).getByText(/^Completed successfully/);
      await expect(message).toBeVisible();
      await uncovered(page.getByRole("button", { name: "Close" }));
      await uncovered(heading(page, "Completed successfully"));
      await leave(page);
      await page.getByRole("checkbox", { name: "Select GRID0001" }).check();

      await openPanel(page);
      await expect(message).toBeVisible();
      const cancel = page.getByRole("button", { name: "Cancel" });
      const back = page.getByRole("button", { name: "Back" });
      await uncovered(cancel);
      await uncovered(next(page));
      await acknowledge(page);
      for (const button of [cancel, back, next(page)]) {
        await uncovered(button);
      }
      await giveReason(page);
      for (const button of [cancel, back, execute(page)]) {
        await uncovered(button);
      }
      await fits(page);
      await screenshot(page, `phone-execute-${width}`);
    });

    test(`the Actions menu is whole on the screen, ${width} wide`, async ({ page }) => {
      await tick(page, ["GRID0000", "GRID0007"]);
      await actions(page).click();
      const menu = page.getByRole("menu");
      await expect(menu.getByRole("menuitem", { name: /^Deprovision/ })).not.toContainText(
        "checking",
      );
      const { x, width: wide } = (await menu.boundingBox())!;
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x + wide).toBeLessThanOrEqual(width);
      for (const item of await menu.getByRole("menuitem").all()) {
        await item.scrollIntoViewIfNeeded();
        await uncovered(item);
      }
      await fits(page);
      await screenshot(page, `phone-actions-${width}`);
    });
  });
}

for (const width of [320, 360, 400]) {
  test.describe(`a selection, ${width} wide`, () => {
    test.use({ viewport: { width, height: 640 } });

    test(`Actions stands apart from what else the selection offers, ${width} wide`, async ({
      page,
    }) => {
      const apart = async () => {
        const button = (await actions(page).boundingBox())!;
        const counts = page.locator(".grid-footer__counts");
        for (const other of [
          counts.getByRole("status"),
          counts.getByRole("button", { name: "Show Selected Only" }),
          counts.getByRole("button", { name: "Clear selection" }),
        ]) {
          const box = (await other.boundingBox())!;
          const beside = Math.max(button.x - box.x - box.width, box.x - button.x - button.width);
          const above = button.y - box.y - box.height;
          expect(Math.max(beside, above), await other.innerText()).toBeGreaterThanOrEqual(4);
          await uncovered(other);
        }
        await uncovered(actions(page));
        await fits(page);
      };
      await tick(page, ["GRID0000"]);
      await apart();
      await screenshot(page, `phone-selection-${width}`);
      await actions(page).evaluate((it) => (it.textContent = "Actions (1,234,567)"));
      await page
        .locator(".grid-footer__selected")
        .evaluate((it) => (it.textContent = "1,234,567 selected, 1,234,517 not in this view"));
      await apart();
      await screenshot(page, `phone-selection-many-${width}`);
    });

    test(`a box in the filter sheet is as wide as its button, ${width} wide`, async ({ page }) => {
      await tick(page, []);
      await page.getByRole("button", { name: "Filters" }).click();
      const more = page.locator("#filter-sheet details").filter({ hasText: "More filters" });
      await more.locator("> summary").click();
      const button = (await more.locator("> summary").boundingBox())!;
      const box = (await more.locator("> .disclosure__box").boundingBox())!;
      expect([box.x, box.width]).toEqual([button.x, button.width]);
      await screenshot(page, `phone-filters-more-${width}`);
    });
  });
}
