// On paper: rows with what they show and when, on white, and nothing that can be pressed.

import type { Page } from "@playwright/test";

import { deprovision, tick } from "./deprovision.ts";
import { expect, hydrated, screenshot, test } from "./fixtures.ts";

test.use({ importFile: "grid.csv", colorScheme: "dark" });

const TIME = /^Printed [A-Z][a-z]{2} \d+, \d{4}, \d+:\d\d [AP]M UTC$/;

/** What can be pressed or filled in, and is seen. */
async function controls(page: Page): Promise<string[]> {
  const all = page.locator("button, input, select, textarea, summary, .button, nav, form");
  return all.evaluateAll((elements) =>
    elements.filter((it) => it.checkVisibility()).map((it) => it.outerHTML.slice(0, 120)),
  );
}

async function print(page: Page): Promise<void> {
  await page.emulateMedia({ media: "print" });
  expect(await controls(page)).toEqual([]);
  const paper = await page.evaluate(
    () => getComputedStyle(document.documentElement).backgroundColor,
  );
  expect(paper).toBe("rgb(255, 255, 255)");
  const ink = await page
    .getByRole("heading", { level: 1 })
    .evaluate((it) => getComputedStyle(it).color);
  expect(ink).toBe("rgb(26, 32, 41)");
  await expect(page.getByText(TIME)).toBeVisible();
}

test("a list prints its rows, its filter, its count and the time", async ({ page }) => {
  await page.goto("/devices?status=ACTIVE&size=100");
  await hydrated(page);
  await print(page);
  await expect(page.getByText("Filter: Status: Active")).toBeVisible();
  await expect(page.getByRole("rowheader").first()).toBeVisible();
  await expect(page.getByText(/^1–\d+ of \d+$/)).toBeVisible();
  await screenshot(page, "print-devices");

  // All columns that are shown, however narrow the paper is.
  await page.setViewportSize({ width: 700, height: 1000 });
  for (const heading of ["Serial number", "Status", "Model", "User", "AUE"]) {
    await expect(page.getByRole("columnheader", { name: heading })).toBeVisible();
  }
  const pdf = await page.pdf({ preferCSSPageSize: true });
  expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
  const pages = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g) ?? [];
  expect(pages.length).toBeGreaterThan(1);
});

test("the overview prints its numbers as tables", async ({ page }) => {
  await page.goto("/overview");
  await hydrated(page);
  await print(page);
  await expect(page.getByRole("table")).toHaveCount(4);
  for (const table of await page.getByRole("table").all()) {
    await expect(table).toBeVisible();
  }
  await expect(page.getByRole("img").first()).toBeHidden();
  await screenshot(page, "print-overview");
});

test("a job prints its devices and how each ended", async ({ page }) => {
  await tick(page, ["GRID0000", "GRID0007"]);
  await deprovision(page);
  await page.getByRole("link", { name: "View devices" }).click();
  await hydrated(page);
  await expect(page.getByRole("heading", { level: 1, name: "Job #1" })).toBeVisible();
  await print(page);
  await expect(page.getByRole("rowheader")).toHaveText(["GRID0000", "GRID0007"]);
  await expect(page.getByText("Retiring from fleet")).toBeVisible();
  await screenshot(page, "print-job");
});
