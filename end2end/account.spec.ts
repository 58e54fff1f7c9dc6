// How this browser shows the console: time zone, navigation, and what a reader in another
// zone sees.

import type { Page } from "@playwright/test";

import { axe, expect, hydrated, screenshot, staysOnScreen, test } from "./fixtures.ts";

test.use({ importFile: "grid.csv", timezoneId: "America/Chicago" });

const menu = (page: Page) => page.locator(".account summary");
const lastSync = (page: Page) => page.locator("td.col-last_sync time").first();

test("instants are in the zone of the browser, with UTC in the title", async ({ page }) => {
  await page.goto("/devices?sort=-last_sync&cols=serial+last_sync+read_at");
  const read = page.locator("td.col-read_at time").first();
  await expect(read, "also before the application is alive").toHaveText(
    /^\w{3} \d{1,2}, \d{4}, \d{1,2}:\d\d [AP]M C[SD]T$/,
  );
  await expect(read).toHaveAttribute("title", /^\d{4}-\d\d-\d\d \d\d:\d\d UTC$/);
  await hydrated(page);
  await expect(read).toHaveText(/C[SD]T$/);
  // Rows that come later are in the same zone.
  await page.getByRole("link", { name: "Next page" }).click();
  await expect(page.getByText("51–100 of 130")).toBeVisible();
  await expect(read).toHaveText(/C[SD]T$/);

  await menu(page).click();
  const zone = page.getByRole("combobox", { name: "Time zone" });
  await expect(zone.getByRole("option").first()).toHaveText("Browser (America/Chicago)");
  await zone.selectOption("Asia/Tokyo");
  await expect(read).toHaveText(/GMT\+9$/);
  await axe(page);
  await screenshot(page, "account");
  await staysOnScreen(page, page.locator(".account .disclosure__box"));
  await page.reload();
  await hydrated(page);
  await expect(read).toHaveText(/GMT\+9$/);
  await menu(page).click();
  await expect(zone).toHaveValue("Asia/Tokyo");
  await zone.selectOption("");
  await expect(read).toHaveText(/C[SD]T$/);
});

test("a day is the day where the reader is", async ({ page }) => {
  await page.goto("/devices?sort=-last_sync");
  const utc = await lastSync(page).getAttribute("datetime");
  const day = new Intl.DateTimeFormat("en-US", {
    dateStyle: "medium",
    timeZone: "America/Chicago",
  }).format(new Date(utc!));
  await expect(lastSync(page)).toHaveText(day);
});

test("the navigation is narrowed down and stays so", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto("/jobs");
  await hydrated(page);
  const nav = page.getByRole("navigation", { name: "Main" });
  const width = () => nav.evaluate((it) => it.getBoundingClientRect().width);
  expect(await width()).toBe(208);
  await nav.getByRole("button", { name: "Navigation with words" }).click();
  expect(await width()).toBe(56);
  await axe(page);
  await screenshot(page, "nav-collapsed");
  await page.reload();
  await hydrated(page);
  expect(await width()).toBe(56);
  await nav.getByRole("button", { name: "Navigation with words" }).click();
  expect(await width()).toBe(208);
});

test("the shortcuts are found in the menu", async ({ page }) => {
  await page.goto("/devices");
  await hydrated(page);
  await menu(page).click();
  await page.getByRole("button", { name: "Keyboard shortcuts" }).last().click();
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
});
