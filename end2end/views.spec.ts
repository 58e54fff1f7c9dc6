// Columns, density, and views that are kept under a name.

import type { Page } from "@playwright/test";

import { axe, expect, hydrated, screenshot, test } from "./fixtures.ts";

test.use({ importFile: "grid.csv" });

const column = (page: Page, name: string) => page.getByRole("columnheader", { name, exact: true });
const box = (page: Page, name: string) => page.getByRole("checkbox", { name, exact: true });
const summary = (page: Page, name: string) =>
  page.locator("summary").filter({ hasText: new RegExp(`^${name}$`) });
const rowHeight = (page: Page) =>
  page
    .getByRole("row")
    .nth(1)
    .evaluate((it) => it.getBoundingClientRect().height);

test("a column that is left out is left out of the address, too", async ({ page }) => {
  await page.goto("/devices?status=ACTIVE");
  await hydrated(page);
  await page.getByRole("checkbox", { name: "Select GRID0000", exact: true }).check();
  await summary(page, "Columns").click();
  await box(page, "Model").uncheck();
  await expect(column(page, "Model")).toBeHidden();
  await expect(column(page, "Last refreshed"), "it is shown on request").toBeHidden();
  await expect(page).toHaveURL(
    /status=ACTIVE&cols=serial\+asset_id\+status\+org_unit\+user\+last_sync\+auto_update$/,
  );
  await expect(page.getByRole("columnheader")).toHaveCount(8);
  await expect(page.getByRole("row").nth(1).getByRole("cell")).toHaveCount(7);
  await axe(page);
  await screenshot(page, "columns");
  await page.setViewportSize({ width: 360, height: 740 });
  await screenshot(page, "columns-360");
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.keyboard.press("Escape");
  await expect(box(page, "Model")).toBeHidden();

  // Sorting and paging keep them; a column that comes back is gone from the address.
  await page.getByRole("link", { name: "Next page" }).click();
  await expect(page.getByText("51–100 of 104")).toBeVisible();
  await expect(column(page, "Model")).toBeHidden();
  await page.reload();
  await hydrated(page);
  await expect(column(page, "Model")).toBeHidden();
  await expect(page.getByRole("status", { name: "Selection" })).toHaveText(/^1 selected/);
  await summary(page, "Columns").click();
  await box(page, "Model").check();
  await expect(column(page, "Model")).toBeVisible();
  await expect(page).not.toHaveURL(/cols/);
  await box(page, "Last refreshed").check();
  await expect(page).toHaveURL(/cols=[^&]*read_at/);
  await expect(column(page, "Last refreshed")).toBeVisible();
});

test("columns are put in order and sized by keyboard, and a link shows them so", async ({
  page,
}) => {
  const headings = () => page.getByRole("columnheader").allInnerTexts();
  const width = (name: string) =>
    column(page, name).evaluate((it) => it.getBoundingClientRect().width);
  await page.goto("/devices");
  await hydrated(page);
  await summary(page, "Columns").click();
  await box(page, "Notes").check();
  await expect(column(page, "Notes")).toBeVisible();
  for (let step = 0; step < 7; step++) {
    await page.getByRole("button", { name: "Move Notes left" }).press("Enter");
    await expect(page.getByRole("button", { name: "Move Notes left" })).toBeFocused();
  }
  await expect(page).toHaveURL(/cols=serial\+notes\+asset_id/);
  expect((await headings()).slice(1, 4)).toEqual(["Serial number", "Notes", "Asset ID"]);

  const before = await width("Notes");
  const wider = page.getByRole("button", { name: "Make Notes wider" });
  await wider.press("Enter");
  await wider.press("Enter");
  await expect(page).toHaveURL(/cols=serial\+notes%3A\d+\+asset_id/);
  await expect.poll(() => width("Notes")).toBeGreaterThan(before + 16);
  await axe(page);
  await page.keyboard.press("Escape");

  const chosen = await width("Notes");
  await page.reload();
  await hydrated(page);
  await expect.poll(() => width("Notes")).toBeCloseTo(chosen, 0);
  await summary(page, "Columns").click();
  const reset = page.getByRole("button", { name: "Reset columns" });
  const list = (await page.locator(".columns__list").boundingBox())!;
  expect((await reset.boundingBox())!.y - list.y - list.height).toBeGreaterThanOrEqual(12);
  await reset.click();
  await expect(page).not.toHaveURL(/cols/);
  await expect(column(page, "Notes")).toBeHidden();
});

test("a column is sized with the mouse, which does not sort by it", async ({ page }) => {
  await page.goto("/devices");
  await hydrated(page);
  const model = (await column(page, "Model").boundingBox())!;
  const [x, y] = [model.x + model.width - 3, model.y + model.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 40, y, { steps: 4 });
  await page.mouse.up();
  await expect(page).toHaveURL(/\?cols=[^&]*model%3A\d+[^&]*$/);
  const after = (await column(page, "Model").boundingBox())!;
  expect(after.width).toBeGreaterThan(model.width + 20);
});

test("no column becomes so narrow that a serial number, a status or a date is cut", async ({
  page,
}) => {
  const names = ["Serial number", "Status", "Last sync"];
  const cut = () =>
    page
      .locator("tbody :is(.col-serial a, .col-status .badge, .col-last_sync time)")
      .evaluateAll((all) =>
        all
          .filter((it) => {
            const cell = it.closest("td, th")!;
            const end =
              cell.getBoundingClientRect().right - parseFloat(getComputedStyle(cell).paddingRight);
            return end + 0.5 < it.getBoundingClientRect().right;
          })
          .map((it) => `${it.textContent}: ${it.closest("td, th")!.getBoundingClientRect().width}`),
      );
  const width = (name: string) =>
    column(page, name).evaluate((it) => it.getBoundingClientRect().width);
  await page.goto("/devices?cols=serial+status+org_unit+last_sync&sort=-last_sync");
  await hydrated(page);
  for (const name of names) {
    const heading = (await column(page, name).boundingBox())!;
    const [x, y] = [heading.x + heading.width - 3, heading.y + heading.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(heading.x + 5, y, { steps: 9 });
    const dragged = await width(name);
    expect(dragged, "while it is dragged").toBeGreaterThan(80);
    expect(await cut(), name).toEqual([]);
    await page.mouse.up();
    await expect(page).toHaveURL(
      new RegExp(`${name.split(" ")[0]!.toLowerCase()}[^+]*%3A${dragged}`),
    );
  }
  await summary(page, "Columns").click();
  // The column that names the row is sized with the mouse only.
  for (const name of names.slice(1)) {
    const before = await width(name);
    const narrower = page.getByRole("button", { name: `Make ${name} narrower` });
    for (let step = 0; step < 3; step += 1) await narrower.press("Enter");
    expect(await width(name), name).toBe(before);
  }
  await screenshot(page, "columns-narrow");
  // An address of before is no error.
  await page.goto("/devices?cols=serial:48+status:60+model");
  await hydrated(page);
  await expect(page.getByRole("rowheader").first()).toBeVisible();
  expect(await cut()).toEqual([]);
});

test("a column that does not exist is said", async ({ page, allowRequest }) => {
  allowRequest(/cols=hue/);
  await page.goto("/devices?cols=hue");
  await expect(page.getByText("unknown column")).toBeVisible();
});

test("columns can be chosen without a script", async ({ browser, server, guard, allowRequest }) => {
  // The browser was told to have no script, so it gives up on ours.
  allowRequest(/\/pkg\/.*\.js$/);
  const context = await browser.newContext({ javaScriptEnabled: false });
  await guard.watch(context);
  const page = await context.newPage();
  await page.goto(`${server.url}/devices?status=ACTIVE&sort=model`);
  await summary(page, "Columns").click();
  await box(page, "User").uncheck();
  await page.getByRole("button", { name: "Apply columns" }).click();
  await expect(column(page, "User")).toBeHidden();
  await expect(column(page, "Model")).toBeVisible();
  await expect(page).toHaveURL(/status=ACTIVE&sort=model/);
  await context.close();
});

test("the density of the rows stays over a reload", async ({ page }) => {
  await page.goto("/devices");
  await hydrated(page);
  expect(await rowHeight(page)).toBeCloseTo(40, 0);
  await summary(page, "Account").click();
  await page.getByRole("radio", { name: "Compact" }).check();
  expect(await rowHeight(page)).toBeCloseTo(32, 0);
  await axe(page);
  await page.reload({ waitUntil: "commit" });
  await expect(page.locator("html")).toHaveAttribute("data-density", "compact");
  await hydrated(page);
  expect(await rowHeight(page)).toBeCloseTo(32, 0);
  await summary(page, "Account").click();
  await page.getByRole("radio", { name: "Comfortable" }).check();
  expect(await rowHeight(page)).toBeCloseTo(48, 0);
  await screenshot(page, "comfortable");
});

test("a view is kept, opened, replaced and forgotten", async ({ page, context }) => {
  const name = page.getByRole("textbox", { name: "Save view as" });
  const kept = page.getByRole("list", { name: "Saved views" });
  await page.goto("/devices?status=DISABLED&sort=-model&cols=serial+model&page=1");
  await hydrated(page);
  await summary(page, "Saved views").click();
  await expect(page.getByText("No saved views yet.")).toBeVisible();
  await name.fill("Disabled, by model");
  await name.press("Enter");
  await expect(kept.getByRole("link", { name: "Disabled, by model" })).toBeVisible();
  await expect(name).toHaveValue("");
  await axe(page);
  await screenshot(page, "views");
  await page.setViewportSize({ width: 360, height: 740 });
  await screenshot(page, "views-360");
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: "dark" });
  await axe(page);

  const other = await context.newPage();
  await other.goto("/devices");
  await hydrated(other);
  await summary(other, "Saved views").click();
  await other.getByRole("link", { name: "Disabled, by model" }).click();
  await expect(other).toHaveURL(/\/devices\?status=DISABLED&sort=-model&cols=serial\+model$/);
  await expect(other.getByText("1–13 of 13")).toBeVisible();
  await expect(column(other, "User")).toBeHidden();

  await page.getByRole("button", { name: "Delete view Disabled, by model" }).click();
  await expect(page.getByText("No saved views yet.")).toBeVisible();
  await expect(name).toBeFocused();
});

test("a view that cannot be understood is not kept", async ({ page, allowRequest }) => {
  allowRequest(/ou=nope|views\/save/);
  await page.goto("/devices?ou=nope");
  await hydrated(page);
  await summary(page, "Saved views").click();
  const name = page.getByRole("textbox", { name: "Save view as" });
  await name.fill("Broken");
  await name.press("Enter");
  await expect(name).toHaveAccessibleDescription(
    "This link has a filter we can't read. Remove it first.",
  );
});
