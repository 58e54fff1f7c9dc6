// Devices from a file: uploaded, looked at, and only then imported.

import { readFile } from "node:fs/promises";

import type { Page } from "@playwright/test";

import { axe, expect, hydrated, screenshot, test } from "./fixtures.ts";
import { everyLook } from "./looks.ts";

const field = (page: Page) => page.getByLabel("Choose or drop a CSV file");
const importButton = (page: Page) => page.getByRole("button", { name: /^Import \d/ });
const counts = (page: Page) => page.getByRole("definition");

const FILE = [
  "Serial No.,Asset tag,Status,Org Unit Path,Model,Color",
  "IMP0001,A-1,ACTIVE,/School/Lab,HP Chromebook 11 G8,red",
  "IMP0002,A-2,DISABLED,/School/Lab,HP Chromebook 11 G8,blue",
  "IMP0003,A-3,Stored,/School,Lenovo 300e,red",
  ",A-4,ACTIVE,/School,Lenovo 300e,red",
  "#REF!,A-5,ACTIVE,/School,Lenovo 300e,red",
].join("\n");

const file = (text: string, name = "devices.csv") => ({
  name,
  mimeType: "text/csv",
  buffer: Buffer.from(text),
});

async function open(page: Page): Promise<void> {
  await page.goto("/import");
  await hydrated(page);
}

test("a file that is chosen before the page is alive is checked as soon as it is", async ({
  page,
}) => {
  let release = () => {};
  const half = new Promise<void>((resolve) => (release = resolve));
  await page.route(/sunset-later.*\.wasm/, async (route) => {
    await half;
    await route.continue();
  });
  await page.goto("/import");
  await field(page).setInputFiles(file(FILE));
  await expect(page.getByRole("button", { name: "Upload and check" })).toBeVisible();
  release();
  await hydrated(page);
  await expect(importButton(page)).toBeVisible();
});

test("the empty inventory leads to a file, and the file to devices", async ({ page }) => {
  await page.goto("/devices");
  await hydrated(page);
  await expect(page.getByRole("heading", { name: "No devices yet" })).toBeVisible();
  await expect(page.getByRole("main")).not.toContainText("sunset import");
  await everyLook(page, "import-empty");
  await page.getByRole("link", { name: "Upload a CSV" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Import devices");
  await everyLook(page, "import-choose");

  await field(page).focus();
  await field(page).setInputFiles(file(FILE));
  await expect(page.getByRole("heading", { name: "devices.csv" })).toBeFocused();
  await expect(counts(page).first()).toHaveText("3");
  await expect(page.getByRole("definition").nth(3)).toHaveText("2");
  const refused = page.getByRole("region", { name: "Refused rows" });
  await expect(refused.getByRole("rowheader")).toHaveText(["5", "6"]);
  const first = page.getByRole("region", { name: "First rows" });
  await expect(first.getByRole("row").nth(1)).toContainText("NewIMP0001A-1Active/School/Lab");
  await expect(page.getByRole("main")).toContainText("IgnoredColor");
  await expect(page.getByRole("main")).toContainText(
    "Statuses that are none of Google's: Stored (1).",
  );
  await everyLook(page, "import-checked");

  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download refused rows (CSV)" }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^refused-rows-.*\.csv$/);
  const lines = (await readFile(await download.path(), "utf8")).split("\r\n");
  expect(lines[0]).toBe(
    '"Refused row","Why it was refused","Serial No.","Asset tag","Status","Org Unit Path","Model","Color"',
  );
  expect(lines[1]).toMatch(/^"5",.*,"","A-4","ACTIVE"/);

  await importButton(page).click();
  await expect(page.getByRole("heading", { name: "3 devices were imported." })).toBeVisible();
  await everyLook(page, "import-done");
  await page.getByRole("link", { name: "View devices" }).click();
  await expect(page.getByRole("rowheader")).toHaveText(["IMP0001", "IMP0002", "IMP0003"]);
});

test("whoever comes back after an import imports another file, and can look at the last", async ({
  page,
}) => {
  const done = page.getByRole("heading", { name: "3 devices were imported." });
  await open(page);
  await field(page).setInputFiles(file(FILE));
  await importButton(page).click();
  await expect(done).toBeVisible();

  await page.getByRole("link", { name: "View devices" }).click();
  await expect(page.getByRole("rowheader").first()).toBeVisible();
  await page.getByRole("link", { name: "Import devices" }).click();
  await expect(field(page)).toBeVisible();
  await expect(done).toBeHidden();
  await page.reload();
  await hydrated(page);
  await expect(field(page)).toBeVisible();
  await expect(page.getByRole("main")).toContainText(
    "Last import: devices.csv. 3 devices were imported.",
  );
  await everyLook(page, "import-last");

  await page.getByRole("link", { name: "Show result" }).click();
  await expect(done).toBeVisible();
  await page.reload();
  await hydrated(page);
  await expect(done).toBeVisible();
  await page.getByRole("button", { name: "Import another file" }).click();
  await expect(field(page)).toBeVisible();

  // One that cannot be used is told once, not to whoever comes next.
  await field(page).setInputFiles(file("Color,Size\nred,1\n", "colors.csv"));
  await expect(page.locator(".callout")).toContainText("No column is known.");
  await open(page);
  await expect(page.locator(".callout")).toBeHidden();
  await expect(page.getByRole("main")).toContainText("Last import: colors.csv was not imported.");
});

test("a file that is dropped is checked, and canceling it changes nothing", async ({ page }) => {
  await open(page);
  const data = await page.evaluateHandle((text) => {
    const data = new DataTransfer();
    data.items.add(new File([text], "dropped.csv", { type: "text/csv" }));
    return data;
  }, FILE);
  await page.locator(".import__drop").dispatchEvent("drop", { dataTransfer: data });
  await expect(page.getByRole("heading", { name: "dropped.csv" })).toBeVisible();
  await expect(importButton(page)).toHaveText("Import 3 devices");

  // It waits on the server, not in the page.
  await page.reload();
  await hydrated(page);
  await expect(importButton(page)).toBeVisible();
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(field(page)).toBeVisible();
  await page.goto("/devices");
  await expect(page.getByRole("heading", { name: "No devices yet" })).toBeVisible();
});

test("a file that cannot be used is refused in a sentence, and another can be chosen", async ({
  page,
}) => {
  await open(page);
  const workbook = Buffer.from("PK\u0003\u0004 rest");
  await field(page).setInputFiles({ name: "book.xlsx", mimeType: "", buffer: workbook });
  const callout = page.locator(".callout");
  await expect(callout).toContainText("book.xlsx was not imported");
  await expect(callout).toContainText("Excel workbook or another ZIP archive. Save it as CSV");
  await everyLook(page, "import-refused");

  await field(page).setInputFiles(file("Color,Size\nred,1\n", "colors.csv"));
  await expect(callout).toContainText("No column is known.");
  await field(page).setInputFiles(file("Serial number\nIMP1\n"));
  await expect(importButton(page)).toHaveText("Import 1 device");
});

test("an upload shows how far it is, and can be canceled on its way", async ({ page }) => {
  await open(page);
  // The file is not let through to the server.
  await page.route("**/import/upload*", () => {});
  await field(page).setInputFiles(file(FILE));
  await expect(page.getByRole("progressbar", { name: "Progress" })).toBeVisible();
  await expect(page.getByRole("main")).toContainText(/Uploading… .* of /);
  await everyLook(page, "import-uploading");
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(field(page)).toBeVisible();
});

test("an upload and what follows say how long they will take", async ({ page }) => {
  await open(page);
  const session = await page.context().newCDPSession(page);
  const conditions = { offline: false, latency: 0, downloadThroughput: -1 };
  await session.send("Network.emulateNetworkConditions", {
    ...conditions,
    uploadThroughput: 200_000,
  });
  const rows = Array.from(
    { length: 30_000 },
    (_, at) => `PACE${at},ACTIVE,/School/${"x".repeat(30)}`,
  );
  await field(page).setInputFiles(file(["Serial number,Status,Org unit", ...rows].join("\n")));
  await expect(page.getByText(/^\d+\.\d [kM]B per second · \d+ s left$/)).toBeVisible();
  await screenshot(page, "import-pace");

  // The check itself is too quick to be seen: what the server says of it is slowed down.
  let percent = 0;
  await page.route("**/api/imports/read", async (route) => {
    percent = Math.min(percent + 4, 96);
    const answer = await (await route.fetch()).json();
    answer.upload.phase = { Checking: { percent } };
    await route.fulfill({ json: answer });
  });
  await session.send("Network.emulateNetworkConditions", { ...conditions, uploadThroughput: -1 });
  await expect(page.getByText(/^Checking… \d+%$/)).toBeVisible();
  await expect(page.getByText(/^About \d+ s left$/)).toBeVisible();
  // The page asks without end: an answer that is on its way is of no interest any more.
  await page.unrouteAll({ behavior: "ignoreErrors" });
});

test("a check that is gone is not imported", async ({
  page,
  server,
  allowRequest,
  allowConsole,
}) => {
  allowRequest(/./);
  allowConsole(/EventSource|ERR_/);
  await open(page);
  await field(page).setInputFiles(file(FILE));
  await expect(importButton(page)).toBeVisible();
  await server.restart();
  await importButton(page).click();
  await expect(
    page.getByText("This file isn't here any more, and nothing was imported."),
  ).toBeVisible();
  await expect(field(page)).toBeVisible();
});

test("a keyboard is enough", async ({ page }) => {
  await open(page);
  await field(page).focus();
  const chooser = page.waitForEvent("filechooser");
  await page.keyboard.press("Enter");
  await (await chooser).setFiles(file(FILE));
  await expect(page.getByRole("heading", { name: "devices.csv" })).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(importButton(page)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "3 devices were imported." })).toBeFocused();
});

test.describe("without a script", () => {
  test.use({ javaScriptEnabled: false });

  test("a form does the same", async ({ page, allowRequest }) => {
    allowRequest(/\/pkg\/.*\.js$/);
    await page.goto("/import");
    await field(page).setInputFiles(file(FILE));
    await page.getByRole("button", { name: "Upload and check" }).click();
    await expect(async () => {
      await page.reload();
      await expect(importButton(page)).toBeVisible({ timeout: 500 });
    }).toPass();
    await importButton(page).click();
    await expect(async () => {
      await page.reload();
      const done = page.getByRole("heading", { name: "3 devices were imported." });
      await expect(done).toBeVisible({ timeout: 500 });
    }).toPass();
  });
});

test.describe("over a simulated directory", () => {
  test.use({ serverArgs: ["--rehearsal", "--demo-devices", "20"] });

  test("devices come from Google", async ({ page }) => {
    await open(page);
    await expect(page.getByText(/^Devices come from Google's directory/)).toBeVisible();
    await expect(field(page)).toBeHidden();
    await axe(page);
  });
});

test.describe("over demo devices", () => {
  test.use({ serverArgs: ["--demo-devices", "20"] });

  test("real devices are kept apart", async ({ page }) => {
    await open(page);
    await expect(page.getByText(/^This console shows demo devices/)).toBeVisible();
    await expect(field(page)).toBeHidden();
    await axe(page);
  });
});
