// Ticking devices: it survives everything but the operator's own hand.

import { readFile } from "node:fs/promises";

import type { Page } from "@playwright/test";

import {
  acknowledge,
  actions,
  execute,
  giveReason,
  notifications,
  openDetails,
  openPanel,
  leave,
} from "./deprovision.ts";
import { axe, expect, hydrated, screenshot, test } from "./fixtures.ts";

test.use({ importFile: "grid.csv" });

async function open(page: Page, query = ""): Promise<void> {
  await page.goto(`/devices${query}`);
  await hydrated(page);
}

const box = (page: Page, serial: string) =>
  page.getByRole("checkbox", { name: `Select ${serial}`, exact: true });
const pageBox = (page: Page) =>
  page.getByRole("checkbox", { name: /^Select all .* on this page$/ });
const count = (page: Page) => page.getByRole("status", { name: "Selection" });
const selectedOnly = (page: Page) => page.getByRole("button", { name: "Show Selected Only" });
const ticked = (page: Page) =>
  page
    .getByRole("rowheader")
    .locator("xpath=..")
    .filter({
      has: page.getByRole("checkbox", { checked: true }),
    });

test("a selection survives paging", async ({ page }) => {
  await open(page);
  await box(page, "GRID0007").check();
  await page.getByRole("link", { name: "Next page" }).click();
  await expect(page.getByText("51–100 of 130")).toBeVisible();
  await expect(count(page)).toHaveText("1 selected, 1 not in this view");
});

test("a selection grows over three pages and two filters", async ({ page }) => {
  await open(page);
  await box(page, "GRID0001").check();
  await page.getByRole("link", { name: "Page 2" }).click();
  await box(page, "GRID0051").check();
  await page.getByRole("link", { name: "Page 3" }).click();
  await box(page, "GRID0101").check();

  await page.getByRole("searchbox").fill("cracked");
  await box(page, "GRID0042").check();
  await expect(count(page)).toHaveText("4 selected, 3 not in this view");

  await page.getByRole("link", { name: "Clear all" }).click();
  await page.locator("summary").getByText("Status", { exact: true }).click();
  await page.getByRole("checkbox", { name: "Disabled" }).check();
  await expect(page.getByText("1–13 of 13")).toBeVisible();
  await page.keyboard.press("Escape");
  await pageBox(page).check();
  await expect(count(page)).toHaveText("17 selected, 4 not in this view");

  await page.getByRole("button", { name: "Model", exact: true }).click();
  await page.getByRole("button", { name: "Refresh Cache" }).click();
  await expect(page.getByText("Cache refreshed")).toBeVisible();
  await expect(count(page)).toHaveText("17 selected, 4 not in this view");

  await page.reload();
  await hydrated(page);
  await expect(count(page)).toHaveText("17 selected, 4 not in this view");
});

test("the header's checkbox completes a page, then empties it", async ({ page }) => {
  await open(page);
  await expect(pageBox(page)).toHaveAccessibleName("Select all 50 devices on this page");

  await box(page, "GRID0003").check();
  expect(await pageBox(page).evaluate((it: HTMLInputElement) => it.indeterminate)).toBe(true);

  await pageBox(page).click();
  await expect(count(page)).toHaveText("50 selected");
  await expect(pageBox(page)).toBeChecked();

  await pageBox(page).click();
  await expect(count(page)).toHaveText("0 selected");
  await expect(pageBox(page)).not.toBeChecked();
});

test("ticking a page never moves its rows", async ({ page }) => {
  await open(page);
  const before = await box(page, "GRID0004").boundingBox();
  await pageBox(page).click();
  await expect(page.getByText("All 50 devices on this page are selected.")).toBeVisible();
  expect(await box(page, "GRID0004").boundingBox()).toEqual(before);
});

test("the whole cell of a checkbox ticks it", async ({ page }) => {
  await open(page);
  const cell = page
    .getByRole("row", { name: /GRID0002/ })
    .getByRole("cell")
    .first();
  await cell.click({ position: { x: 4, y: 4 } });
  await expect(box(page, "GRID0002")).toBeChecked();
});

test("Shift gives every row between the state of the last", async ({ page }) => {
  await open(page);
  await box(page, "GRID0002").click();
  await box(page, "GRID0006").click({ modifiers: ["Shift"] });
  await expect(count(page)).toHaveText("5 selected");

  await box(page, "GRID0004").click({ modifiers: ["Shift"] });
  await expect(count(page)).toHaveText("2 selected");

  await box(page, "GRID0010").focus();
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Shift+Space");
  await expect(count(page)).toHaveText("5 selected");

  // On another page there is nothing to reach back to.
  await page.getByRole("link", { name: "Next page" }).click();
  await box(page, "GRID0060").click({ modifiers: ["Shift"] });
  await expect(count(page)).toHaveText("6 selected, 5 not in this view");
});

test("all that match are selected, and exactly those", async ({ page }) => {
  await open(page, "?status=ACTIVE");
  await pageBox(page).click();
  await screenshot(page, "select-all-matching");
  await page.getByRole("button", { name: "Select all 104 devices that match" }).click();
  await expect(count(page)).toHaveText("104 selected, 54 not in this view");
  await axe(page);

  await page.getByRole("link", { name: "Remove filter Status: Active" }).click();
  await expect(page.getByText("1–50 of 130")).toBeVisible();
  await expect(count(page)).toHaveText(/^104 selected/);
  await expect(box(page, "GRID0003")).not.toBeChecked();
  await expect(box(page, "GRID0004")).toBeChecked();
});

test("how a selection came about is kept, reviewed and told of the job", async ({ page }) => {
  await open(page, "?status=ACTIVE");
  await pageBox(page).click();
  await page.getByRole("button", { name: "Select all 104 devices that match" }).click();
  await expect(count(page)).toHaveText("104 selected, 54 not in this view");
  await page.reload();
  await hydrated(page);
  await box(page, "GRID0004").uncheck();

  const story =
    /^How selected: \+50 individually; \+54 by Status: Active at \d\d:\d\d; −1 individually$/;
  await openPanel(page);
  await openDetails(page);
  await expect(page.getByText(story)).toBeVisible();
  await screenshot(page, "provenance");
  await acknowledge(page);
  await giveReason(page);
  await page.getByRole("textbox", { name: /^Type/ }).fill("103");
  await execute(page).click();
  await leave(page);
  await notifications(page).getByRole("link", { name: "View results" }).click();
  await expect(page.getByText(/\+54 by Status: Active/)).toBeVisible();
});

test("Escape leaves Show Selected Only, and never clears", async ({ page }) => {
  await open(page);
  await box(page, "GRID0000").check();
  await selectedOnly(page).click();
  await expect(page.getByText("1–1 of 1")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByText("1–50 of 130")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(count(page)).toHaveText("1 selected");
});

test("nothing is added when the list changed meanwhile", async ({ page, allowRequest }) => {
  allowRequest(/select-matching/);
  await open(page);
  await pageBox(page).click();
  // Another number than the page shows: what a second operator's work looks like.
  await page.route(/select-matching/, async (route) => {
    const body = route.request().postDataJSON();
    await route.continue({ postData: JSON.stringify({ ...body, expected: 129 }) });
  });

  await page.getByRole("button", { name: "Select all 130 devices that match" }).click();
  await expect(
    page.getByText("130 devices match now. Your selection didn't change."),
  ).toBeVisible();
  await expect(count(page)).toHaveText("50 selected");

  await page.unroute(/select-matching/);
  await page.getByRole("button", { name: "Select all 130 devices that match" }).click();
  await expect(count(page)).toHaveText("130 selected, 80 not in this view");
});

test("a cleared selection can be taken back", async ({ page }) => {
  await open(page);
  await pageBox(page).click();
  await page.getByRole("button", { name: "Clear selection" }).click();
  await expect(count(page)).toHaveText("0 selected");
  await expect(selectedOnly(page)).toBeFocused();

  await page.getByRole("button", { name: "Undo" }).click();
  await expect(count(page)).toHaveText("50 selected");
});

test("Escape never clears a selection", async ({ page }) => {
  await open(page);
  await box(page, "GRID0001").check();
  await page.keyboard.press("Escape");
  await expect(count(page)).toHaveText("1 selected");
});

test("Show Selected Only lists all of it, and Show All goes back", async ({ page }) => {
  await open(page, "?status=ACTIVE&q=grid00&sort=model&page=2");
  await expect(page.getByText("51–80 of 80")).toBeVisible();
  await page.getByRole("row").nth(1).getByRole("checkbox").check();
  await page.getByRole("row").nth(2).getByRole("checkbox").check();
  await page.getByRole("searchbox").fill("grid0129");
  await box(page, "GRID0129").check();
  await page.getByRole("searchbox").fill("grid00");
  await page.getByRole("link", { name: "Next page" }).click();
  await expect(page.getByText("51–80 of 80")).toBeVisible();
  const there = page.url();

  await selectedOnly(page).click();
  await expect(page.getByText("1–3 of 3")).toBeVisible();
  await expect(page.getByText("Filters paused: status")).toBeVisible();
  await expect(page.getByRole("searchbox")).toHaveValue("");
  await expect(count(page)).toHaveText("3 selected");
  await axe(page);
  await screenshot(page, "show-selected-only");

  // What is unticked stays where it is, so that a slip can be mended.
  await box(page, "GRID0129").uncheck();
  await expect(count(page)).toHaveText("2 selected");
  await expect(page.getByRole("rowheader")).toHaveCount(3);

  await page.getByRole("searchbox").fill("GRID00");
  await expect(page.getByText("1–2 of 2")).toBeVisible();
  await page.getByRole("button", { name: "Serial number" }).click();
  await expect(page.locator("th[aria-sort]")).toContainText("Serial number");

  await page.getByRole("button", { name: "Show All" }).click();
  await expect(page).toHaveURL(there);
  await expect(page.getByText("51–80 of 80")).toBeVisible();
  await expect(ticked(page)).toHaveCount(2);
});

test("Show Selected Only stays over a reload", async ({ page }) => {
  await open(page);
  await box(page, "GRID0009").check();
  await selectedOnly(page).click();
  await expect(page.getByText("1–1 of 1")).toBeVisible();

  await page.reload();
  await hydrated(page);
  await expect(page.getByText("1–1 of 1")).toBeVisible();
  await expect(box(page, "GRID0009")).toBeChecked();
});

test("with nothing selected, Show Selected Only says why it does nothing", async ({ page }) => {
  await open(page);
  await expect(selectedOnly(page)).toHaveAttribute("aria-disabled", "true");
  await expect(selectedOnly(page)).toHaveAccessibleDescription("Select at least one device");
  await selectedOnly(page).click({ force: true });
  await expect(page).toHaveURL(/\/devices$/);

  await page.goto("/devices?view=selected");
  await hydrated(page);
  await expect(page.getByRole("heading", { name: "No devices selected" })).toBeVisible();
  await axe(page);
});

test("the Actions menu says what can be done, and why not", async ({ page }) => {
  await open(page);
  const actions = page.getByRole("button", { name: /^Actions/ });
  const deprovision = page.getByRole("menuitem", { name: /^Deprovision\b/ });

  await actions.focus();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("menuitem", { name: "Export selected to CSV" })).toBeFocused();
  await expect(actions).toHaveAttribute("aria-expanded", "true");
  await page.keyboard.press("End");
  await expect(deprovision).toBeFocused();
  await expect(deprovision).toHaveAttribute("aria-disabled", "true");
  await expect(deprovision).toHaveAccessibleDescription("Select at least one device");
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("menuitem", { name: "Export selected to CSV" })).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await expect(deprovision).toBeFocused();
  await axe(page);
  await page.keyboard.press("Escape");
  await expect(actions).toBeFocused();
  await expect(actions).toHaveAttribute("aria-expanded", "false");

  await box(page, "GRID0007").check();
  await actions.click();
  await expect(deprovision).toHaveAccessibleDescription(/No selected device can be deprovisioned/);
  await page.keyboard.press("Escape");

  await box(page, "GRID0008").check();
  await box(page, "GRID0009").check();
  await expect(actions).toHaveText("Actions (3)");
  await actions.click();
  await expect(deprovision).toHaveText(/Deprovision 2 of 3 devices/);
  await expect(deprovision).toHaveAccessibleDescription("1 skipped: 1 already deprovisioned");
  await screenshot(page, "actions-menu");
  await axe(page);
});

test("devices that the inventory no longer has can be taken out", async ({ page }) => {
  await open(page);
  // Three ids, the last of which no device has: a tab that was open for too long.
  const stale = "OjAAAAIAAAAAAAEAPQAAABgAAAAcAAAAAQACAAAJ";
  await page.evaluate((text) => sessionStorage.setItem("sunset.selection", text), stale);
  await page.reload();
  await hydrated(page);
  await expect(count(page)).toHaveText(/^3 selected/);

  await page.getByRole("button", { name: /^Actions/ }).click();
  const remove = page.getByRole("menuitem", { name: "Remove 1 device deleted from the inventory" });
  await remove.click();

  await expect(page.getByText("1 device removed from the selection.")).toBeVisible();
  await expect(count(page)).toHaveText(/^2 selected/);
  await expect(page.getByRole("button", { name: /^Actions/ })).toBeFocused();
});

test("the selection is exported as CSV", async ({ page }) => {
  await open(page);
  await box(page, "GRID0001").check();
  await box(page, "GRID0002").check();

  await page.getByRole("button", { name: /^Actions/ }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("menuitem", { name: "Export selected to CSV" }).click(),
  ]);

  const text = await readFile(await download.path(), "utf8");
  expect(text).toContain("GRID0001");
  expect(text).toContain("GRID0002");
  expect(text.trim().split("\n")).toHaveLength(3);
});

test("two tabs select apart from each other", async ({ page, context }) => {
  await open(page);
  await box(page, "GRID0001").check();

  const other = await context.newPage();
  await open(other);
  await expect(count(other)).toHaveText("0 selected");
  await box(other, "GRID0002").check();

  await expect(count(page)).toHaveText("1 selected");
});

test("a page whose second half is missing says so, works as far as it can, and mends itself", async ({
  page,
  allowConsole,
  allowRequest,
}) => {
  allowConsole(/Failed to fetch|Failed to load resource|preload assets/);
  allowRequest(/sunset-later/);
  await page.route(/sunset-later/, (route) => route.abort());
  await page.goto("/devices");
  await expect(page.getByText("Part of this page didn't load.")).toBeVisible();
  await box(page, "GRID0000").check();
  await expect(count(page)).toHaveText("1 selected");
  await expect(actions(page)).toBeDisabled();
  await axe(page);
  await screenshot(page, "second-half-missing");

  await page.unroute(/sunset-later/);
  await expect(actions(page)).toBeEnabled({ timeout: 10000 });
  await expect(page.getByText("Part of this page didn't load.")).toBeHidden();
  await expect(box(page, "GRID0000")).toBeChecked();
});
