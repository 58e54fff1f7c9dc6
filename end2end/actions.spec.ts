// The actions that can be taken back: shorter panels, each with its own rules and words.

import type { Locator, Page } from "@playwright/test";

import { actions, execute, next, notifications, tick } from "./deprovision.ts";
import { axe, expect, hydrated, screenshot, test } from "./fixtures.ts";

test.use({ importFile: "grid.csv" });

const dialog = (page: Page, name: RegExp): Locator => page.getByRole("dialog", { name });

async function open(page: Page, item: RegExp): Promise<void> {
  await actions(page).click();
  const choice = page.getByRole("menuitem", { name: item });
  await expect(choice).not.toContainText("checking");
  await choice.click();
}

test("devices are disabled in two steps, and enabled again", async ({ page }) => {
  await tick(page, ["GRID0000", "GRID0001", "GRID0007"]);
  await open(page, /^Disable 2 of 3 devices/);
  const panel = dialog(page, /^Disable 2 devices$/);
  await expect(panel.getByRole("heading", { name: "Acknowledge device disabling" })).toBeFocused();
  await expect(panel.getByText("Step 1 of 2")).toBeVisible();
  await expect(panel.getByText("Depends on the upgrade")).toBeVisible();
  await axe(page);
  await screenshot(page, "panel-disable");
  await next(page).click();
  await expect(panel.getByText("Select the checkbox to continue.")).toBeVisible();
  await panel.getByRole("checkbox", { name: /^I understand that nobody can use/ }).check();
  await next(page).click();
  await expect(panel.getByRole("heading", { name: "Execute" })).toBeFocused();
  await expect(panel.getByText("You can undo this: re-enable the devices")).toBeVisible();
  await panel.getByRole("textbox", { name: /^Note or ticket number/ }).fill("T-9");
  await axe(page);
  await screenshot(page, "panel-disable-execute");
  await expect(execute(page)).toHaveText("Execute: disable 2 devices");
  await execute(page).click();
  await expect(page).toHaveURL(/panel=disable&job=/);
  await expect(panel.getByRole("heading", { name: "Completed successfully" })).toBeVisible();
  await panel.getByRole("link", { name: "View devices" }).click();

  await expect(page.getByRole("heading", { level: 1, name: "Job #1" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Disabled 2" })).toBeVisible();
  await expect(page.getByText("T-9")).toBeVisible();
  await axe(page);
  await screenshot(page, "job-disable");

  await page.goto("/jobs");
  await hydrated(page);
  const tabs = page.getByRole("list", { name: "Jobs by action" });
  const jobs = page.getByRole("rowheader");
  await expect(jobs).toHaveText(["#1"]);
  await tabs.getByRole("link", { name: "Re-enable" }).click();
  await expect(page).toHaveURL(/\/jobs\?action=reenable$/);
  await expect(page.getByText("No jobs of this action.")).toBeVisible();
  await tabs.getByRole("link", { name: "Disable" }).click();
  await expect(jobs).toHaveText(["#1"]);
  await axe(page);
  await screenshot(page, "jobs-by-action");

  await tick(page, ["GRID0000", "GRID0001"], "?status=DISABLED");
  await open(page, /^Re-enable 2 of 3 devices/);
  const back = dialog(page, /^Re-enable 2 devices$/);
  await back
    .getByRole("checkbox", { name: /^I understand that these devices can be used/ })
    .check();
  await next(page).click();
  await execute(page).click();
  await expect(notifications(page).getByText("2 devices re-enabled.").first()).toBeVisible();
  await back.getByRole("button", { name: "OK" }).click();
  await page.goto("/devices?q=GRID000");
  await hydrated(page);
  await expect(page.getByRole("row").filter({ hasText: "GRID0000" })).toContainText("Active");
});

test("rows that kept their places for the selection leave the list at OK", async ({ page }) => {
  await tick(page, ["GRID0000", "GRID0001"], "?status=ACTIVE");
  await open(page, /^Disable/);
  const panel = dialog(page, /^Disable 2 devices$/);
  await panel.getByRole("checkbox", { name: /^I understand that nobody can use/ }).check();
  await next(page).click();
  await execute(page).click();
  await expect(panel.getByRole("heading", { name: "Completed successfully" })).toBeVisible();
  await panel.getByRole("button", { name: "OK" }).click();
  await expect(page.getByRole("row").filter({ hasText: "GRID0000" })).toHaveCount(0);
  await expect(page.getByText("The list has changed")).toBeHidden();
});

test("an action that none of the devices allows stays in its place and says why", async ({
  page,
}) => {
  await tick(page, ["GRID0000"]);
  await actions(page).click();
  const item = page.getByRole("menuitem", { name: /^Re-enable/ });
  await expect(item).toHaveAttribute("aria-disabled", "true");
  await expect(item).toHaveAccessibleDescription(
    /No selected device can be re-enabled: .*not disabled/,
  );
  await screenshot(page, "menu-actions");
});
