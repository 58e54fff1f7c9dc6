// The list of notices in the header.

import type { Page } from "@playwright/test";

import { deprovision, notifications, tick, leave } from "./deprovision.ts";
import { axe, expect, hydrated, screenshot, staysOnScreen, test } from "./fixtures.ts";

test.use({ importFile: "grid.csv" });

const bell = (page: Page) => page.locator(".bell summary");

test("a notice is new until the list was opened, and stays in it", async ({ page, context }) => {
  await tick(page, ["GRID0000", "GRID0001"]);
  await expect(bell(page)).toHaveText("Notifications");
  await deprovision(page);
  await leave(page);
  await expect(bell(page)).toHaveText("Notifications, 1 new");
  const other = await context.newPage();
  await other.goto("/jobs");
  await hydrated(other);
  await expect(bell(other)).toHaveText("Notifications, 1 new");

  await bell(page).click();
  const list = page.getByRole("banner").getByRole("listitem");
  await expect(list).toContainText("Completed successfully: 2 devices deprovisioned.");
  await expect(list.getByText("New", { exact: true })).toBeVisible();
  await expect(bell(page)).toHaveText("Notifications");
  await expect(bell(other)).toHaveText("Notifications");
  await axe(page);
  await screenshot(page, "bell");
  await staysOnScreen(page, page.locator(".bell .disclosure__box"));
  await screenshot(page, "bell-320");
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: "dark" });
  await axe(page);

  await page.getByRole("button", { name: "Dismiss all" }).click();
  await expect(notifications(page).getByRole("status")).toHaveText("");
  await page.keyboard.press("Escape");
  await expect(list).toBeHidden();
  await page.reload();
  await hydrated(page);
  await expect(notifications(page).getByRole("status")).toHaveText("");
  await bell(page).click();
  await expect(list).toHaveCount(1);
  await expect(list.getByText("New", { exact: true })).toBeHidden();
  await list.getByRole("link", { name: "View results" }).click();
  await expect(page).toHaveURL(/\/jobs\//);
});

test("without any notice the list says so", async ({ page }) => {
  await page.goto("/jobs");
  await hydrated(page);
  await bell(page).click();
  await expect(page.getByText("Nothing in the last 30 days.")).toBeVisible();
});
