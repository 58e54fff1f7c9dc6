// The actions for which more is chosen than the devices: where they go, and what their
// fields become.

import type { Locator, Page } from "@playwright/test";

import { acknowledge, actions, execute, next, openPanel, tick } from "./deprovision.ts";
import { axe, expect, hydrated, screenshot, test } from "./fixtures.ts";
import { everyLook } from "./looks.ts";

test.use({ importFile: "grid.csv" });

const dialog = (page: Page, name: RegExp): Locator => page.getByRole("dialog", { name });

/** Opens the panel of an action, and acknowledges what it says. */
async function begin(page: Page, item: RegExp, acknowledgement: RegExp): Promise<void> {
  await actions(page).click();
  const choice = page.getByRole("menuitem", { name: item });
  await expect(choice).not.toContainText("checking");
  await choice.click();
  await page.getByRole("checkbox", { name: acknowledgement }).check();
  await next(page).click();
}

test("devices are moved to an org unit that is typed or chosen from a list", async ({ page }) => {
  await tick(page, ["GRID0000", "GRID0001"]);
  await begin(page, /^Move 2 of 2 devices/, /^I understand that these devices get the policies/);
  const panel = dialog(page, /^Move 2 devices$/);
  await expect(panel.getByRole("heading", { name: "Select the org unit" })).toBeFocused();
  await expect(panel.getByText("Step 2 of 3")).toBeVisible();
  const field = panel.getByRole("combobox", { name: "Org unit" });
  await expect(field).toHaveAccessibleDescription(/The full path/);
  await next(page).click();
  await expect(field).toBeFocused();
  await expect(field).toHaveAccessibleDescription(/Enter the full path of the org unit/);
  await expect(panel.locator("datalist option").first()).toHaveAttribute("value", "/");
  await field.fill("/Retired 2026/");
  await expect(field).toHaveAccessibleDescription(/No device is in this org unit yet/);
  await everyLook(page, "panel-move");
  await next(page).click();
  await expect(panel.getByRole("heading", { name: "Execute" })).toBeFocused();
  await expect(panel.getByText("/Retired 2026", { exact: true })).toBeVisible();
  await expect(panel.getByText("You can undo this: move the devices back")).toBeVisible();
  await screenshot(page, "panel-move-execute");
  await expect(execute(page)).toHaveText("Execute: move 2 devices");
  await execute(page).click();
  await expect(panel.getByRole("heading", { name: "Completed successfully" })).toBeVisible();
  await panel.getByRole("link", { name: "View devices" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Job #1" })).toBeVisible();
  await expect(page.getByText("/Retired 2026", { exact: true })).toBeVisible();
  await expect(page.getByRole("link", { name: "Moved 2" })).toBeVisible();
  await axe(page);
  await page.goto("/devices?ou=/Retired 2026");
  await hydrated(page);
  await expect(page.getByRole("row").filter({ hasText: "GRID0000" })).toBeVisible();
});

test("fields are set, cleared and added to, and those left empty stay", async ({ page }) => {
  await tick(page, ["GRID0000", "GRID0001"]);
  await begin(page, /^Update fields of 2 of 2 devices/, /^I understand that these fields/);
  const panel = dialog(page, /^Update fields of 2 devices$/);
  await expect(panel.getByRole("heading", { name: "Enter the fields to change" })).toBeFocused();
  const user = panel.getByRole("textbox", { name: "User" });
  await next(page).click();
  await expect(panel.getByText("Change at least one field to continue.")).toBeVisible();
  await expect(panel.getByRole("textbox", { name: "Asset ID" })).toBeFocused();
  await panel.getByRole("textbox", { name: "Location" }).fill("Storage B");
  await panel.getByRole("checkbox", { name: "Clear User" }).check();
  await expect(user).toBeDisabled();
  await panel.getByRole("textbox", { name: "Add to the notes" }).fill("Ticket 4711");
  await everyLook(page, "panel-fields");
  await next(page).click();
  await expect(panel.getByRole("heading", { name: "Execute" })).toBeFocused();
  const facts = panel.getByRole("definition");
  await expect(facts.filter({ hasText: "Storage B" })).toBeVisible();
  await expect(facts.filter({ hasText: "Cleared" })).toBeVisible();
  await expect(panel.getByText("Asset ID", { exact: true })).toHaveCount(0);
  await screenshot(page, "panel-fields-execute");
  await expect(execute(page)).toHaveText("Execute: update fields of 2 devices");
  await execute(page).click();
  await expect(panel.getByRole("heading", { name: "Completed successfully" })).toBeVisible();
  await panel.getByRole("button", { name: "OK" }).click();
  await page.getByRole("link", { name: "GRID0000" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Device GRID0000" })).toBeVisible();
  const shown = page.getByRole("definition");
  await expect(shown.filter({ hasText: "Storage B" })).toBeVisible();
  await expect(shown.filter({ hasText: "Ticket 4711" })).toBeVisible();
});

test("what a directory can't do stays in the menu and says why", async ({ page }) => {
  await tick(page, ["GRID0000"]);
  await actions(page).click();
  const item = page.getByRole("menuitem", { name: /^Clear user profiles/ });
  await expect(item).toHaveAttribute("aria-disabled", "true");
  await expect(item).toHaveAccessibleDescription(/can't send commands/);
  await screenshot(page, "menu-all-actions");
});

test("a device is retired in one job: noted, without a user, and moved", async ({ page }) => {
  await tick(page, ["GRID0000"]);
  await openPanel(page);
  await acknowledge(page);
  const panel = dialog(page, /^Deprovision 1 device$/);
  await panel.getByRole("radio", { name: "Retiring from fleet", exact: true }).check();
  const also = panel.getByRole("group", { name: "After deprovisioning (optional)" });
  await also.getByRole("checkbox", { name: "Add the note to each device" }).check();
  await also.getByRole("checkbox", { name: "Clear user and location" }).check();
  const to = also.getByRole("combobox", { name: "Move to org unit" });
  await to.fill("Retired");
  await next(page).click();
  await expect(panel.getByText("Enter the note that is added to the devices.")).toBeVisible();
  await panel.getByRole("textbox", { name: /^Note or ticket number/ }).fill("T-77");
  await next(page).click();
  await expect(to).toBeFocused();
  await to.fill("/Retired");
  await everyLook(page, "panel-retire");
  await next(page).click();
  await expect(panel.getByRole("heading", { name: "Execute" })).toBeFocused();
  const facts = panel.getByRole("definition");
  await expect(facts.filter({ hasText: "/Retired" })).toBeVisible();
  await expect(facts.filter({ hasText: "Cleared" })).toHaveCount(2);
  await screenshot(page, "panel-retire-execute");
  await execute(page).click();
  await expect(panel.getByRole("heading", { name: "Completed successfully" })).toBeVisible();
  await panel.getByRole("link", { name: "View devices" }).click();
  for (const name of ["Deprovisioned 1", "GRID0000"]) {
    await expect(page.getByRole("link", { name })).toBeVisible();
  }
  for (const name of ["Update fields", "Move"]) {
    await expect(page.getByRole("columnheader", { name, exact: true })).toBeVisible();
  }
  await expect(page.getByRole("cell", { name: "Moved" })).toBeVisible();
  await axe(page);
  await screenshot(page, "job-retire");
});
