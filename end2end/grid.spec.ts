// The list of devices: pages, order, address, keyboard, and what it says when there
// is nothing to list.

import { readFile } from "node:fs/promises";

import type { Page } from "@playwright/test";

import { axe, expect, hydrated, screenshot, test, live } from "./fixtures.ts";

test.use({ importFile: "grid.csv" });

async function open(page: Page, query = ""): Promise<void> {
  await page.goto(`/devices${query}`);
  await hydrated(page);
}

const serials = (page: Page) => page.getByRole("rowheader");

test("the list is a table that says what it holds", async ({ page }) => {
  await open(page);

  const table = page.getByRole("table", { name: "Devices: page 1 of 130 devices found" });
  await expect(table.getByRole("row")).toHaveCount(51);
  await expect(page.getByText("1–50 of 130")).toBeVisible();
  await expect(page).toHaveTitle(/Device Search/);
  await expect(page.getByRole("link", { name: "GRID0000" })).toHaveAttribute(
    "href",
    /^\/devices\/./,
  );
  await axe(page);
  await screenshot(page, "grid");
});

test("the list is as readable in the dark and on a phone", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await open(page);
  await axe(page);

  // As tall as the list: what a docked bar half covers can be scrolled free of it.
  await page.setViewportSize({ width: 360, height: 4400 });
  await axe(page);
  await page.setViewportSize({ width: 360, height: 740 });
  await screenshot(page, "grid-phone-dark");
  const wider = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(wider, "the page scrolls one way only").toBeLessThanOrEqual(0);
});

test("the list begins high on the screen, and stays there while devices are selected", async ({
  page,
}) => {
  await open(page);
  // The longest that the age of the list gets to be.
  await page.locator(".cache__age time").evaluate((time) => (time.textContent = "23 hours ago"));
  for (const [width, height, most] of [
    [1440, 900, 190],
    [1366, 768, 200],
    [1280, 800, 200],
  ] as const) {
    await page.setViewportSize({ width, height });
    const top = async () => (await page.getByRole("row").nth(1).boundingBox())?.y;
    const before = await top();
    expect(before, `${width}`).toBeLessThanOrEqual(most);
    await page.getByRole("checkbox", { name: "Select GRID0000" }).check();
    expect(await top(), `${width}`).toBe(before);
    await page.getByRole("checkbox", { name: "Select GRID0000" }).uncheck();
  }
});

test("cells stand below their headings at every width, and no status is cut", async ({ page }) => {
  await page.goto("/devices");
  await hydrated(page);
  for (const width of [1440, 1280, 1100, 900, 768, 640]) {
    await page.setViewportSize({ width, height: 800 });
    const faults = await page.evaluate(() => {
      const found: string[] = [];
      for (const heading of document.querySelectorAll<HTMLElement>(".grid thead th")) {
        const above = heading.getBoundingClientRect();
        if (above.width === 0) continue;
        const name = heading.className.replace(/\s.*/, "");
        // Rows out of sight are not laid out.
        for (const cell of [
          ...document.querySelectorAll<HTMLElement>(`.grid__row > .${name}`),
        ].slice(0, 12)) {
          const place = cell.getBoundingClientRect();
          const isOff =
            Math.max(Math.abs(place.left - above.left), Math.abs(place.right - above.right)) > 1;
          if (isOff)
            found.push(`${name}: ${place.left}–${place.right} below ${above.left}–${above.right}`);
          const mayNot = name === "col-status" || name === "col-last_sync";
          if (mayNot && cell.scrollWidth > cell.clientWidth)
            found.push(`${name}: ${cell.textContent} is cut`);
        }
      }
      return found;
    });
    expect(faults, `${width} px`).toEqual([]);
  }
});

test("no text is smaller than 12 px, and sentences and controls are 14 px", async ({ page }) => {
  for (const address of ["/devices", "/overview", "/import"]) {
    await page.goto(address);
    await hydrated(page);
    const small = await page.evaluate(() => {
      const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      const found = new Set<string>();
      while (texts.nextNode()) {
        const { parentElement, textContent } = texts.currentNode;
        if (
          parentElement === null ||
          textContent?.trim() === "" ||
          !parentElement.checkVisibility()
        )
          continue;
        const size = parseFloat(getComputedStyle(parentElement).fontSize);
        // A button that is a picture has its words for who cannot see it.
        if (0 < size && size < 12) found.add(`${size} px: ${textContent}`);
      }
      return [...found];
    });
    expect(small, address).toEqual([]);
  }
  await expect(page.locator(".hint").first()).toHaveCSS("font-size", "14px");
  await page.goto("/devices");
  await expect(page.getByRole("button", { name: /^Actions/ })).toHaveCSS("font-size", "14px");
  await expect(page.getByRole("cell", { name: "HP" }).first()).toHaveCSS("font-size", "13px");
});

test("pages are addresses", async ({ page }) => {
  await open(page);

  await page.getByRole("link", { name: "Next page" }).click();
  await expect(page.getByText("51–100 of 130")).toBeVisible();
  await expect(page).toHaveURL(/\?page=2$/);
  await expect(page.getByRole("link", { name: "Next page" })).toBeFocused();

  await page.getByRole("link", { name: "Last page" }).click();
  await expect(page.getByText("101–130 of 130")).toBeVisible();
  await expect(page.getByRole("link", { name: "Last page" })).toBeFocused();
  await expect(page.getByRole("link", { name: "Next page" })).toHaveAttribute(
    "aria-disabled",
    "true",
  );

  await page.goBack();
  await expect(page.getByText("51–100 of 130")).toBeVisible();
  await page.reload();
  await expect(page.getByText("51–100 of 130")).toBeVisible();
});

test("another page length keeps the rows in sight", async ({ page }) => {
  await open(page, "?page=2");
  await expect(serials(page).first()).toHaveText("GRID0050");

  await page.getByRole("link", { name: "25 rows per page" }).click();

  await expect(page.getByText("51–75 of 130")).toBeVisible();
  await expect(serials(page).first()).toHaveText("GRID0050");
});

test("a page can be asked for by its number", async ({ page, allowRequest }) => {
  allowRequest(/page=99/);
  await open(page, "?size=25&sort=-serial&page=99");
  await expect(page.getByText("Page 99 doesn't exist. Go to the last page, 6.")).toBeVisible();
  await axe(page);
  await page.getByRole("link", { name: "6", exact: true }).click();
  await expect(page.getByText("126–130 of 130")).toBeVisible();
});

test("columns sort both ways, and one at a time", async ({ page }) => {
  await open(page, "?page=2");

  await page.getByRole("button", { name: "Asset ID" }).click();
  await expect(page).toHaveURL(/\?sort=asset_id$/);
  const sorted = page.locator("th[aria-sort]");
  await expect(sorted).toHaveCount(1);
  await expect(sorted).toHaveAttribute("aria-sort", "ascending");

  await page.getByRole("button", { name: "Asset ID" }).press("Space");
  await expect(sorted).toHaveAttribute("aria-sort", "descending");
  await expect(serials(page).first()).toHaveText("GRID0129");
});

test("the keyboard moves among the checkboxes and past the table", async ({ page }) => {
  await open(page);
  const box = (serial: string) => page.getByRole("checkbox", { name: `Select ${serial}` });

  await box("GRID0000").focus();
  await page.keyboard.press("ArrowDown");
  await expect(box("GRID0001")).toBeFocused();
  await page.keyboard.press("End");
  await expect(box("GRID0049")).toBeFocused();
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowUp");
  await expect(box("GRID0000")).toBeFocused();

  await page.getByRole("checkbox", { name: /on this page/ }).focus();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip table" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("region", { name: "Selection" })).toBeFocused();
});

test("what matches is exported as CSV", async ({ page }) => {
  await open(page, "?status=DISABLED");

  await page.getByText("Export CSV").click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "All matching devices" }).click(),
  ]);

  const text = await readFile(await download.path(), "utf8");
  expect(text.trim().split("\n")).toHaveLength(1 + 13);
});

test("the page is exported as CSV", async ({ page }) => {
  await open(page, "?size=25&page=6");

  await page.getByText("Export CSV").click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "This page" }).click(),
  ]);

  const text = await readFile(await download.path(), "utf8");
  expect(text.trim().split("\n")).toHaveLength(1 + 5);
});

test("Refresh Cache keeps rows and says how old they are", async ({ page }) => {
  await open(page);

  await page.getByRole("button", { name: "Refresh Cache" }).click();

  await expect(page.getByText("Cache refreshed: 130 devices read")).toBeVisible();
  await expect(page.locator("time").first()).toHaveAttribute("datetime", /Z$/);
  await expect(page.getByRole("row")).toHaveCount(51);
});

test.describe("without devices", () => {
  test.use({ importFile: undefined });

  test("the empty inventory says how it is filled", async ({ page }) => {
    await open(page);
    await expect(page.getByRole("heading", { name: "No devices yet" })).toBeVisible();
    await expect(page.getByRole("link", { name: "Upload a CSV" })).toBeVisible();
    await axe(page);
  });
});

test("a list that fails keeps its rows, says so and tries again", async ({
  page,
  allowRequest,
}) => {
  allowRequest(/devices\/search/);
  await open(page);
  // Nothing is asked for by itself any more.
  await live(page);
  await page.route(/devices\/search/, (route) => route.abort("connectionreset"));

  await page.getByRole("link", { name: "Next page" }).click();
  const failure = page.getByRole("alert").filter({ hasText: "Can't load devices" });
  await expect(failure).toContainText("The server could not be reached.");
  await expect(failure).toContainText("The list below is from before your last change.");
  await expect(page.getByText("1–50 of 130")).toBeVisible();
  await expect(page.getByRole("link", { name: "GRID0000", exact: true })).toBeVisible();
  await axe(page);

  await page.unroute(/devices\/search/);
  await page.getByRole("button", { name: "Retry" }).click();
  await expect(page.getByText("51–100 of 130")).toBeVisible();
  await expect(failure).toBeHidden();
});
