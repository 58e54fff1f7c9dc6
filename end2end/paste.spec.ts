// A pasted list: it is understood first and selected afterwards.

import { readFile } from "node:fs/promises";

import type { Page } from "@playwright/test";

import { axe, expect, hydrated, screenshot, test } from "./fixtures.ts";

test.use({ importFile: "grid.csv" });

const dialog = (page: Page) => page.getByRole("dialog", { name: "Select devices from a list" });
const field = (page: Page) =>
  page.getByRole("textbox", { name: "Serial numbers, asset IDs or device IDs" });
const result = (page: Page) => page.getByRole("status", { name: "Result" });
const check = (page: Page) => page.getByRole("button", { name: "Find devices" });
const opener = (page: Page) => page.getByRole("button", { name: "Paste list" });
const count = (page: Page) => page.getByRole("status", { name: "Selection" });

async function open(page: Page): Promise<void> {
  await page.goto("/devices");
  await hydrated(page);
  await opener(page).click();
  await expect(field(page)).toBeFocused();
}

test("a pasted list adds exactly what it names", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto("/devices");
  await hydrated(page);
  await page.getByRole("checkbox", { name: "Select GRID0009", exact: true }).check();
  await opener(page).click();
  await axe(page);

  await field(page).fill('\uFEFF"grid0001", GRID0002\nA-1003\nGRID0001\nNOPE-1 1004\n');
  await check(page).click();
  await expect(result(page)).toHaveText(
    "3 matched (2 by serial, 1 by asset ID, 0 by device ID) · 2 not found · 1 duplicate",
  );
  await expect(count(page)).toHaveText("1 selected");

  await dialog(page).getByText("Not found: 2").click();
  const missing = dialog(page).getByRole("group").filter({ hasText: "Not found" });
  await expect(missing.getByRole("listitem")).toHaveText(["NOPE-1", "1004"]);
  await page.getByRole("button", { name: "Copy all: Not found" }).click();
  await expect(dialog(page).getByText("Copied.")).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("NOPE-1\n1004");
  await axe(page);
  await screenshot(page, "paste-list");
  await page.setViewportSize({ width: 360, height: 740 });
  await screenshot(page, "paste-list-360");
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: "dark" });
  await axe(page);

  await page.getByRole("button", { name: "Add 3 devices to selection" }).click();
  await expect(dialog(page)).toBeHidden();
  await expect(opener(page)).toBeFocused();
  await expect(count(page)).toHaveText("4 selected");
  await expect(
    page.getByText("3 devices added to the selection. 2 entries were not found."),
  ).toBeVisible();
  for (const serial of ["GRID0001", "GRID0002", "GRID0003"]) {
    await expect(
      page.getByRole("checkbox", { name: `Select ${serial}`, exact: true }),
    ).toBeChecked();
  }
});

test("what was not found can be downloaded before and after the others are added", async ({
  page,
}) => {
  const saves = async (button: ReturnType<Page["getByRole"]>) => {
    const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
    expect(download.suggestedFilename()).toBe("not-found.txt");
    expect(await readFile(await download.path(), "utf8")).toBe("NOPE-1\nNOPE-2\n");
  };
  const inDialog = () => dialog(page).getByRole("button", { name: "Download not found" });
  await open(page);
  await field(page).fill("NOPE-1 GRID0001 NOPE-2");
  await check(page).click();
  await saves(inDialog());
  await page.getByRole("button", { name: "Add 1 device to selection" }).click();
  await saves(
    page.getByRole("region", { name: "Notifications" }).getByRole("button", {
      name: "Download not found",
    }),
  );

  await opener(page).click();
  await expect(dialog(page)).toContainText("The last list had 2 entries that matched no device.");
  await saves(inDialog());
  await axe(page);
});

test("a list that was changed after it was checked is checked again", async ({ page }) => {
  await open(page);
  await field(page).fill("GRID0001");
  await check(page).click();
  await expect(page.getByRole("button", { name: "Add 1 device to selection" })).toBeVisible();
  await field(page).press("End");
  await field(page).pressSequentially("x");
  await expect(page.getByRole("button", { name: /to selection/ })).toBeHidden();
  await check(page).click();
  await expect(result(page)).toHaveText(
    "0 matched (0 by serial, 0 by asset ID, 0 by device ID) · 1 not found",
  );

  await page.keyboard.press("Escape");
  await expect(dialog(page)).toBeHidden();
  await expect(opener(page)).toBeFocused();
  await expect(count(page)).toHaveText("0 selected");
});

test("a list that cannot be read is refused whole", async ({ page, allowRequest }) => {
  allowRequest(/devices\/paste/);
  await open(page);
  await check(page).click();
  await expect(field(page)).toBeFocused();
  await expect(field(page)).toHaveAttribute("aria-invalid", "true");
  await expect(field(page)).toHaveAccessibleDescription(
    "Paste at least one serial number, asset ID or device ID.",
  );
  await axe(page);

  await field(page).fill("x ".repeat(50_001));
  await check(page).click();
  await expect(field(page)).toHaveAccessibleDescription(
    "The list has 50,001 entries. The limit is 50,000.",
  );
});

test("of a file with a heading the column of serial numbers counts", async ({ page }) => {
  await open(page);
  const file = {
    name: "retire.csv",
    mimeType: "text/csv",
    buffer: Buffer.from('Room,Serial Number\nGRID0005,GRID0006\n"GRID0007, old",GRID0008\n'),
  };
  await page.getByLabel("Or upload a CSV or text file:").setInputFiles(file);
  await expect(field(page)).toHaveValue(/^Room,Serial Number/);
  await check(page).click();
  await expect(result(page)).toHaveText("2 matched (2 by serial, 0 by asset ID, 0 by device ID)");
  const column = page.getByLabel("Match by column");
  await expect(column).toHaveValue("1");
  await column.selectOption("0");
  await expect(result(page)).toHaveText(/^1 matched .* 1 not found$/);
  await expect(column).toBeFocused();

  // Dropped on the field, it takes the place of what was there.
  const data = await page.evaluateHandle(() => {
    const data = new DataTransfer();
    data.items.add(new File(["GRID0003\n"], "one.txt", { type: "text/plain" }));
    return data;
  });
  await field(page).dispatchEvent("drop", { dataTransfer: data });
  await expect(field(page)).toHaveValue("GRID0003\n");
});

test("a pasted list can be shown, and narrowed down, without selecting anything", async ({
  page,
}) => {
  await open(page);
  await field(page).fill("GRID0003 GRID0001 GRID0007 NOPE-1");
  await check(page).click();
  await page.getByRole("button", { name: "Show these 3" }).click();
  await expect(dialog(page)).toBeHidden();
  await expect(page).toHaveURL(/[?&]list=[\w-]+$/);
  const rows = page.getByRole("table").getByRole("rowheader");
  await expect(rows).toHaveText(["GRID0001", "GRID0003", "GRID0007"]);
  await expect(count(page)).toHaveText("0 selected");
  const chip = page.getByRole("link", { name: "Remove filter Pasted list: 3 devices" });
  await expect(chip).toBeVisible();
  await axe(page);
  await screenshot(page, "paste-shown");

  // Another window shows the same, and the rest of the filter narrows it down.
  await page.goto(`${page.url()}&status=DISABLED`);
  await hydrated(page);
  await expect(rows).toHaveText(["GRID0003"]);
  await expect(page.getByRole("link", { name: "Remove filter Status: Disabled" })).toBeVisible();
  await chip.click();
  await expect(chip).toBeHidden();
  await expect(rows).toHaveCount(13);

  // What was not found is still at hand.
  await page.goto("/devices");
  await hydrated(page);
  await opener(page).click();
  await field(page).fill("GRID0001 NOPE-2");
  await check(page).click();
  await page.getByRole("button", { name: "Show these 1" }).click();
  await opener(page).click();
  await expect(dialog(page)).toContainText("The last list had 1 entry that matched no device.");
});

test.describe("of many devices", () => {
  test.use({ importFile: undefined, serverArgs: ["--demo-devices", "6000"] });

  test("a list that no address holds is selected, and shown as what is selected", async ({
    page,
  }) => {
    const csv = await (await page.request.get("/devices/export.csv")).text();
    const ids = [...csv.matchAll(/^"([0-9a-f-]{36})"/gm)].map((found) => found[1]!);
    const list = ids.filter((_, number) => number % 2 === 0);
    expect(list).toHaveLength(3000);
    await open(page);
    // Typing that much takes a browser long: it is dropped as a file.
    const data = await page.evaluateHandle((text) => {
      const data = new DataTransfer();
      data.items.add(new File([text], "list.txt", { type: "text/plain" }));
      return data;
    }, list.join("\n"));
    await field(page).dispatchEvent("drop", { dataTransfer: data });
    await expect(field(page)).not.toHaveValue("");
    await check(page).click();
    await expect(result(page)).toContainText("3,000 matched");
    await expect(dialog(page)).toContainText("This list is too long to be shown by itself.");
    await page.getByRole("button", { name: "Add and show selected" }).click();
    await expect(dialog(page)).toBeHidden();
    await expect(page).toHaveURL(/\/devices\?view=selected$/);
    await expect(count(page)).toHaveText("3,000 selected, 2,950 not in this view");
    await expect(page.getByRole("table").getByRole("rowheader")).toHaveCount(50);
  });
});
