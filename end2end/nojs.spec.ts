// Before any script, or without: the list reads, narrows, sorts and pages, and no
// button looks alive that does nothing.

import type { Locator } from "@playwright/test";

import { expect, hydrated, test } from "./fixtures.ts";

test.use({ importFile: "grid.csv", javaScriptEnabled: false });

// The browser was told to have no script, so it gives up on ours.
test.beforeEach(({ allowRequest }) => allowRequest(/\/pkg\/.*\.js$/));

const color = (button: Locator) => button.evaluate((it) => getComputedStyle(it).backgroundColor);

test("the list reads and pages", async ({ page }) => {
  await page.goto("/devices");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Device Search");
  await expect(page.getByRole("rowheader")).toHaveCount(50);
  await expect(page.getByText("1–50 of 130")).toBeVisible();
  await expect(page.getByText(/^Last refreshed .* ago|^Last refreshed just now/)).toBeVisible();

  await page.getByRole("link", { name: "Next page" }).click();
  await expect(page.getByText("51–100 of 130")).toBeVisible();
  await page.getByRole("link", { name: "Serial number" }).click();
  await expect(page.getByRole("rowheader").first()).toHaveText("GRID0129");
  await page.getByRole("link", { name: "100 rows per page" }).click();
  await expect(page.getByText("1–100 of 130")).toBeVisible();
});

test("the form narrows the list down and keeps the order", async ({ page }) => {
  await page.goto("/devices?sort=-serial");
  await page.getByRole("searchbox").fill("grid00");
  await page.locator("summary").getByText("Status", { exact: true }).click();
  await page.getByRole("checkbox", { name: "Disabled" }).check();
  await page.getByRole("button", { name: "Apply filters" }).click();

  await expect(page.getByText("1–10 of 10")).toBeVisible();
  await expect(page.getByRole("rowheader").first()).toHaveText("GRID0093");
  await expect(page.getByRole("searchbox")).toHaveValue("grid00");

  await page.getByText("Status (1)").click();
  await expect(page.getByRole("checkbox", { name: "Disabled" })).toBeChecked();
  await page.getByText("Status (1)").click();
  await page.getByRole("link", { name: "Clear all" }).click();
  await expect(page.getByText("1–50 of 130")).toBeVisible();
});

test("a page is asked for by its number", async ({ page }) => {
  await page.goto("/devices?size=25&status=ACTIVE&status=DISABLED&status=DEPROVISIONED&q=grid");
  await page.getByRole("textbox", { name: "Go to page" }).fill("3");
  await page.getByRole("button", { name: "Go", exact: true }).click();
  await expect(page.getByText("51–75 of 130")).toBeVisible();
  await expect(
    page.getByRole("list", { name: "Applied filters" }).getByRole("listitem"),
  ).toHaveCount(5);
});

test("a bad address is said with its status", async ({ page, allowRequest }) => {
  allowRequest(/page=none/);
  const response = await page.goto("/devices?page=none");
  expect(response?.status()).toBe(400);
  await expect(page.getByText("page=none: a page is a whole number from 1")).toBeVisible();
  await page.getByRole("link", { name: "Remove this filter" }).click();
  await expect(page.getByText("1–50 of 130")).toBeVisible();
});

test("what needs a script does not look alive", async ({ page }) => {
  await page.goto("/devices");
  const gray = await color(page.locator(".cache button"));
  for (const name of [/^Actions/, "Refresh Cache", "Show Selected Only"]) {
    const button = page.getByRole("button", { name });
    await expect(button).toBeDisabled();
    await expect(button).toHaveCSS("cursor", "not-allowed");
    expect(await color(button)).toBe(gray);
  }
  expect(await color(page.getByRole("link", { name: "Next page" }))).not.toBe(gray);
  await expect(page.getByRole("table").getByRole("checkbox").first()).toBeDisabled();
  await expect(page.getByRole("table").getByRole("checkbox").last()).toBeDisabled();

  await page.goto("/devices?view=selected");
  await expect(page.getByText("Your selection is kept in this browser tab")).toBeVisible();
  await page.getByRole("link", { name: "Show all devices" }).click();
  await expect(page.getByText("1–50 of 130")).toBeVisible();
});

test.describe("once the script is there", () => {
  test.use({ javaScriptEnabled: true });

  test("Actions looks alive when it is, and stays where it was", async ({ page }) => {
    let release = () => {};
    const half = new Promise<void>((resolve) => (release = resolve));
    await page.route(/sunset-later.*\.wasm/, async (route) => {
      await half;
      await route.continue();
    });
    await page.goto("/devices");
    const button = page.getByRole("button", { name: /^Actions/ });
    await page.locator("html[data-hydrated]").waitFor({ state: "attached" });
    await expect(button).toBeDisabled();
    const [before, gray] = [await button.boundingBox(), await color(button)];
    release();
    await hydrated(page);
    await expect(button).toBeEnabled();
    await expect(button).toHaveCSS("cursor", "pointer");
    expect(await color(button)).not.toBe(gray);
    const after = await button.boundingBox();
    expect([after?.width, after?.height, after?.y]).toEqual([
      before?.width,
      before?.height,
      before?.y,
    ]);
  });
});

test("what matches is exported", async ({ page }) => {
  await page.goto("/devices?status=DISABLED");
  await page.getByText("Export CSV").click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "All matching devices" }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^devices.*\.csv$/);
});
