// Step 1 of the panel puts the selection right, and says when the server is away.

import type { Page } from "@playwright/test";

import {
  acknowledge,
  acknowledgement,
  actions,
  dialog,
  execute,
  giveReason,
  next,
  openDetails,
  openPanel,
  tick,
} from "./deprovision.ts";
import { axe, expect, hydrated, screenshot, test } from "./fixtures.ts";

test.use({ importFile: "grid.csv" });

const count = (page: Page) => page.getByRole("status", { name: "Selection" });
const clipboard = (page: Page) => page.evaluate(() => navigator.clipboard.readText());

test("ineligible devices leave the selection, and the review is a new one", async ({
  page,
  context,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await tick(page, ["GRID0000", "GRID0007", "GRID0002"]);
  await openPanel(page);
  const before = page.url();
  await acknowledgement(page).check();

  await openDetails(page);
  await page
    .getByRole("button", { name: "Copy serial numbers: 2 devices to be deprovisioned" })
    .click();
  await expect(dialog(page).getByText("Copied.")).toBeVisible();
  expect(await clipboard(page)).toBe("GRID0000\nGRID0002");
  await dialog(page).getByText("Why devices will be skipped").click();
  await page
    .getByRole("button", { name: "Copy serial numbers: 1 device already deprovisioned" })
    .click();
  await expect(dialog(page).getByText("Copied.")).toHaveCount(2);
  expect(await clipboard(page)).toBe("GRID0007");
  await axe(page);
  await screenshot(page, "panel-review");
  await page.setViewportSize({ width: 360, height: 740 });
  await screenshot(page, "panel-review-360");

  await page.getByRole("button", { name: "Clear 1 ineligible from the selection" }).click();
  await expect(dialog(page)).toContainText("Skipped0");
  await expect(acknowledgement(page)).not.toBeChecked();
  expect(page.url()).not.toBe(before);
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(count(page)).toHaveText("2 selected");
});

test("the Actions menu copies serials and takes out what is ineligible", async ({
  page,
  context,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto("/devices");
  await hydrated(page);
  await actions(page).click();
  await expect(
    page.getByRole("menuitem", { name: "Copy serial numbers" }),
  ).toHaveAccessibleDescription("Select at least one device");
  await page.keyboard.press("Escape");

  await tick(page, ["GRID0001", "GRID0007"]);
  await actions(page).click();
  await page.getByRole("menuitem", { name: "Copy serial numbers" }).click();
  await expect(page.getByText("2 serial numbers copied.")).toBeVisible();
  expect(await clipboard(page)).toBe("GRID0001\nGRID0007");

  await actions(page).click();
  await page.getByRole("menuitem", { name: "Clear 1 ineligible from selection" }).click();
  await expect(page.getByText("1 device removed from the selection.")).toBeVisible();
  await expect(count(page)).toHaveText("1 selected");
  await expect(actions(page)).toBeFocused();
});

test("what the filter matches meanwhile is said and added only on demand", async ({ page }) => {
  const smaller = await page.request.post("/api/devices/select-matching", {
    data: {
      filter: {
        search: "GRID00",
        statuses: [],
        org_units: [],
        org_units_only: false,
        models: [],
        licenses: [],
        last_sync: {},
        never_synced: false,
        auto_update: {},
      },
      expected: 100,
    },
  });
  const matched = await smaller.json();
  // The list as it was before GRID0100 and those after it were there.
  await page.route("**/api/devices/drift", async (route) => {
    const body = route.request().postDataJSON();
    await route.continue({ postData: JSON.stringify({ ...body, matched }) });
  });
  await page.goto("/devices");
  await hydrated(page);
  await page.getByRole("checkbox", { name: /^Select all .* on this page$/ }).check();
  await page.getByRole("button", { name: "Select all 130 devices that match" }).click();
  await page.getByRole("link", { name: "Page 3" }).click();
  await page.getByRole("checkbox", { name: "Select GRID0101", exact: true }).uncheck();
  await page.getByRole("checkbox", { name: "Select GRID0102", exact: true }).uncheck();
  await openPanel(page);

  await expect(dialog(page)).toContainText("2 more devices match your filter now.");
  await screenshot(page, "panel-drift");
  await page.getByRole("button", { name: "Add 2" }).click();
  await expect(dialog(page)).not.toContainText("more devices match");
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(count(page)).toHaveText(/^130 selected/);
});

test("old data is read again from within the panel", async ({ page }) => {
  await tick(page, ["GRID0000"]);
  let first = true;
  await page.route("**/api/plans/read", async (route) => {
    const response = await route.fetch();
    const plan = await response.json();
    if (first) {
      plan.oldest_read = plan.now - 2 * 3_600_000;
    }
    first = false;
    await route.fulfill({ response, json: plan });
  });
  await openPanel(page);
  await expect(dialog(page)).toContainText("Read from the directory 2 hours ago.");
  const before = page.url();
  await page.getByRole("button", { name: "Refresh Cache and recheck" }).click();
  await expect(page).not.toHaveURL(before);
  await expect(acknowledgement(page)).toBeVisible();
  await openDetails(page);
  await expect(dialog(page).getByText("Read from the directory just now.")).toBeVisible();
  expect(page.url()).not.toBe(before);
});

test("a server that is away is said before Execute, and nothing is sent", async ({
  page,
  server,
  allowRequest,
}) => {
  allowRequest(/favicon|events|cache\/state|jobs|notices|search|facets|eligibility/);
  await tick(page, ["GRID0000"]);
  await openPanel(page);
  await acknowledge(page);
  await giveReason(page);
  await server.kill();

  const banner = dialog(page).getByText(
    /^You're offline \(since \d\d:\d\d\)\. You can start the job when the connection is back\.$/,
  );
  await expect(banner).toBeVisible();
  await expect(execute(page)).toHaveAttribute("aria-disabled", "true");
  await expect(execute(page)).toHaveAccessibleDescription(/^You're offline/);
  await axe(page);
  await screenshot(page, "panel-offline");
  await execute(page).click({ force: true });
  await expect(page).toHaveURL(/step=3/);

  await server.start();
  await expect(banner).toBeHidden({ timeout: 30_000 });
  await execute(page).click();
  await expect(page.getByRole("heading", { name: "Completed successfully" })).toBeVisible();
  await expect(next(page)).toBeHidden();
});
