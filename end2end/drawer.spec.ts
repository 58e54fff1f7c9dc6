// One device beside the list, without leaving it.

import type { Page } from "@playwright/test";

import { axe, expect, hydrated, screenshot, test } from "./fixtures.ts";

test.use({ importFile: "grid.csv" });

const drawer = (page: Page) => page.getByRole("complementary");
const row = (page: Page, serial: string) => page.getByRole("row").filter({ hasText: serial });
const named = (page: Page, name: string) => drawer(page).getByRole("heading", { level: 2, name });

test("a click on a row shows its device, and Back leaves the list as it was", async ({ page }) => {
  await page.goto("/devices?status=ACTIVE&page=2");
  await hydrated(page);
  const region = page.locator("#grid-region");
  await region.evaluate((it) => it.scrollTo(0, 300));
  await row(page, "GRID0090").getByRole("cell").nth(4).click();
  await expect(named(page, "GRID0090")).toBeFocused();
  await expect(page).toHaveURL(/status=ACTIVE&page=2&device=/);
  const place = await region.evaluate((it) => it.scrollTop);
  expect(place).toBeGreaterThan(200);
  await expect(drawer(page).getByText("Auto-update expiration")).toBeVisible();

  await page.goBack();
  await expect(drawer(page)).toBeHidden();
  await expect(page).toHaveURL(/status=ACTIVE&page=2$/);
  expect(await region.evaluate((it) => it.scrollTop)).toBe(place);

  await page.goForward();
  await expect(named(page, "GRID0090")).toBeVisible();
  // No row is cut by the heading.
  await region.evaluate((it) => it.scrollTo(0, 0));
  await axe(page);
  await screenshot(page, "drawer");
  await page.emulateMedia({ colorScheme: "dark" });
  await axe(page);
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 360, height: 740 });
  await expect(named(page, "GRID0090")).toBeVisible();
  await screenshot(page, "drawer-360");
});

test("Enter opens it, arrows walk through the rows, Escape closes it", async ({ page }) => {
  await page.goto("/devices");
  await hydrated(page);
  await page.getByRole("checkbox", { name: "Select GRID0000", exact: true }).focus();
  await page.keyboard.press("Enter");
  await expect(named(page, "GRID0000")).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(named(page, "GRID0001")).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await expect(named(page, "GRID0002")).toBeVisible();
  await page.keyboard.press("ArrowUp");
  await expect(named(page, "GRID0001")).toBeVisible();
  await page.getByRole("button", { name: "Add to selection" }).click();
  await expect(page.getByRole("checkbox", { name: "Select GRID0001", exact: true })).toBeChecked();
  await page.keyboard.press("Escape");
  await expect(drawer(page)).toBeHidden();
  await expect(page).toHaveURL(/\/devices$/);
  await expect(page.getByRole("checkbox", { name: "Select GRID0001", exact: true })).toBeFocused();
});

test("Back leads to the rows that were in sight, from another page and another screen", async ({
  page,
}) => {
  await page.goto("/devices");
  await hydrated(page);
  const offset = () => page.evaluate(() => document.getElementById("grid-region")?.scrollTop ?? 0);
  const down = async () => {
    await page.mouse.move(600, 450);
    await page.mouse.wheel(0, 700);
    await expect.poll(offset).toBeGreaterThan(500);
  };
  await down();
  const back = async (before: number) => {
    await page.goBack();
    await expect.poll(offset).toBeGreaterThan(before - 60);
    expect(await offset()).toBeLessThan(before + 60);
  };

  const atJobs = await offset();
  await page.getByRole("link", { name: "Jobs" }).first().click();
  await expect(page.getByRole("heading", { name: "Jobs", level: 1 })).toBeVisible();
  await back(atJobs);
  const next = page.getByRole("link", { name: "Next page" });
  await page.mouse.move(600, 450);
  await page.mouse.wheel(0, 5000);
  await expect.poll(offset).toBeGreaterThan(atJobs + 100);
  await expect(next).toBeInViewport();
  const atNext = await offset();
  await next.click();
  await expect(page.getByText("51–100 of 130")).toBeVisible();
  await expect.poll(offset).toBe(0);
  await back(atNext);
  // What is not gone back to begins at its top.
  await page.getByRole("navigation").getByRole("link", { name: "Overview" }).click();
  await expect(page.getByRole("heading", { name: "Overview", level: 1 })).toBeVisible();
  await page.getByRole("navigation").getByRole("link", { name: "Device Search" }).click();
  await expect(page.getByRole("rowheader").first()).toBeVisible();
  expect(await offset()).toBe(0);
});

for (const width of [360, 800]) {
  test.describe(`${width} wide, where the page scrolls`, () => {
    test.use({ viewport: { width, height: 700 } });

    test(`Back leads to the rows that were in sight, ${width} wide`, async ({ page }) => {
      const offset = () => page.evaluate(() => Math.round(window.scrollY));
      const jobs = page.getByRole("heading", { name: "Jobs", level: 1 });
      await page.goto("/devices");
      await hydrated(page);
      await page.mouse.move(width / 2, 450);
      for (const steps of [900, 300]) {
        const start = await offset();
        await page.mouse.wheel(0, steps);
        await expect.poll(offset).toBe(start + steps);
        await page.keyboard.press("g");
        await page.keyboard.press("j");
        await expect(jobs).toBeVisible();
        await expect.poll(offset, "another screen begins at its top").toBe(0);
        await page.goBack();
        await expect.poll(offset).toBe(start + steps);
        // It stays there, whatever the browser and the router do late.
        await page.waitForTimeout(1200);
        expect(await offset()).toBe(start + steps);
      }
    });
  });
}

test("a link opens it, and closing it leaves the list", async ({ page, allowRequest }) => {
  await page.goto("/devices");
  await hydrated(page);
  const path = await page.getByRole("rowheader").first().getByRole("link").getAttribute("href");
  const id = path!.replace("/devices/", "");
  await page.goto(`/devices?status=ACTIVE&device=${id}`);
  await hydrated(page);
  await expect(named(page, "GRID0000")).toBeVisible();
  await page.getByRole("button", { name: "Close device details" }).click();
  await expect(page).toHaveURL(/\/devices\?status=ACTIVE$/);

  allowRequest(/devices\/read/);
  await page.goto("/devices?device=nobody");
  await hydrated(page);
  await expect(drawer(page).getByRole("alert")).toBeVisible();
});

test("a checkbox and a link of a row do what they are for", async ({ page }) => {
  await page.goto("/devices");
  await hydrated(page);
  await row(page, "GRID0003")
    .locator("label")
    .click({ position: { x: 3, y: 3 } });
  await expect(page.getByRole("checkbox", { name: "Select GRID0003", exact: true })).toBeChecked();
  await expect(drawer(page)).toBeHidden();
  await page.getByRole("link", { name: "GRID0003" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Device GRID0003" })).toBeVisible();
});
