// The overview: where an operator begins, and where each number leads to its devices.

import type { Locator, Page } from "@playwright/test";

import { deprovision, tick } from "./deprovision.ts";
import { axe, expect, hydrated, screenshot, test } from "./fixtures.ts";

const card = (page: Page, name: string): Locator => page.getByRole("region", { name, exact: true });

const SIZES = [
  [1440, 900],
  [1280, 800],
  [768, 1024],
  [360, 740],
] as const;

test.describe("with devices", () => {
  test.use({ importFile: "grid.csv" });

  test("it is the start page, and a number leads to exactly those devices", async ({ page }) => {
    await page.goto("/");
    await expect(page).toHaveURL(/\/overview$/);
    await expect(page).toHaveTitle("Overview – Sunset");
    await hydrated(page);
    const main = page.getByRole("navigation", { name: "Main" });
    await expect(main.getByRole("link").first()).toHaveText("Overview");
    await expect(main.getByRole("link", { name: "Overview" })).toHaveAttribute(
      "aria-current",
      "page",
    );
    await axe(page);

    const retire = card(page, "Ready to retire").getByRole("listitem");
    const past = retire.filter({ hasText: "Past AUE" }).getByRole("link");
    const count = await past.innerText();
    await past.click();
    await expect(page.getByRole("heading", { level: 1, name: "Device Search" })).toBeFocused();
    await expect(page.getByText(new RegExp(` of ${count}$`))).toBeVisible();
    await page.goBack();
    await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  });

  test("a chart can be heard, read as a table and taken away as a file", async ({ page }) => {
    await page.goto("/overview");
    await hydrated(page);
    const status = card(page, "Devices by status");
    await expect(status.getByRole("img")).toHaveAccessibleName(/^Active \d+, /);
    const aue = card(page, "Auto-update expiration (AUE)");
    await expect(aue.getByRole("img")).toHaveAccessibleName(/Past due: \d+\. Next 24 months: \d+/);

    await aue.getByText("Show as table").click();
    const table = aue.getByRole("table", { name: "Auto-update expiration (AUE)" });
    await expect(table.getByRole("row")).toHaveCount(30);
    await axe(page);

    const [download] = await Promise.all([
      page.waitForEvent("download"),
      status.getByRole("link", { name: "CSV: Devices by status" }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^overview-status.*\.csv$/);
  });

  test("numbers follow a job, and an open table stays open", async ({ page, context }) => {
    await page.goto("/overview");
    await hydrated(page);
    const status = card(page, "Devices by status");
    await status.getByText("Show as table").click();
    const row = status.getByRole("row", { name: /^Active/ });
    const before = Number((await row.getByRole("cell").innerText()).replace(",", ""));

    const other = await context.newPage();
    await tick(other, ["GRID0000", "GRID0001"]);
    await deprovision(other);
    await expect(row.getByRole("cell")).toHaveText(`${before - 2}`);
    await expect(card(page, "Jobs").getByText("Completed successfully")).toBeVisible();
    await expect(status.getByRole("table")).toBeVisible();
    await card(page, "Jobs").getByRole("link", { name: "Job #1" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Job #1" })).toBeFocused();
  });

  test("it reads without a script", async ({ browser, server, guard }) => {
    guard.allowConsole(/was preloaded/);
    guard.allowRequest(/\/pkg\//);
    const context = await browser.newContext({ javaScriptEnabled: false, baseURL: server.url });
    await guard.watch(context);
    const page = await context.newPage();
    await page.goto("/overview");
    const status = card(page, "Devices by status");
    await expect(page.getByRole("link", { name: "130 devices" })).toBeVisible();
    await expect(status.getByRole("table")).toBeHidden();
    await status.getByText("Show as table").click();
    await expect(status.getByRole("table")).toBeVisible();
    await status.getByRole("listitem").filter({ hasText: "Disabled" }).getByRole("link").click();
    await expect(page.getByRole("list", { name: "Applied filters" })).toContainText("Disabled");
    await context.close();
  });

  test("nothing is wider than the screen, in any colors", async ({ page }) => {
    await page.goto("/overview");
    await hydrated(page);
    for (const [width, height] of SIZES) {
      await page.setViewportSize({ width, height });
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(wider, `${width}`).toBeLessThanOrEqual(0);
    }
    await page.emulateMedia({ forcedColors: "active" });
    await axe(page);
    await screenshot(page, "overview-forced-colors");
  });
});

test.describe("with a fleet", () => {
  test.use({ serverArgs: ["--demo-devices", "3000"] });

  for (const colorScheme of ["light", "dark"] as const) {
    test(`it is shown in ${colorScheme} at every width`, async ({ page }) => {
      await page.emulateMedia({ colorScheme });
      await page.goto("/overview");
      await hydrated(page);
      for (const [width, height] of SIZES) {
        await page.setViewportSize({ width, height });
        await axe(page);
        await screenshot(page, `overview-${width}-${colorScheme}`);
      }
    });
  }
});

test("without devices it says how to begin", async ({ page }) => {
  await page.goto("/overview");
  await hydrated(page);
  await expect(page.getByRole("heading", { name: "No devices yet" })).toBeVisible();
  await expect(card(page, "Data and connection")).toBeVisible();
  await expect(page.getByRole("main")).not.toContainText("sunset ");
  await axe(page);
  await screenshot(page, "overview-empty");
  await page.getByRole("link", { name: "Connect to Google" }).click();
  await expect(page.getByRole("heading", { name: "Connect to Google" })).toBeInViewport();
  await page.goto("/overview");
  await page.getByRole("link", { name: "Upload a CSV" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Import devices");
});
