// Scan: a scanner types faster than a server answers, and nobody looks at the screen.

import type { Page } from "@playwright/test";

import { axe, expect, hydrated, screenshot, test } from "./fixtures.ts";

test.use({ importFile: "grid.csv" });

const dialog = (page: Page) => page.getByRole("dialog", { name: "Scan devices" });
const field = (page: Page) =>
  page.getByRole("textbox", { name: "Serial number, asset ID, or device ID" });
const counts = (page: Page) => page.getByRole("status", { name: "Count" });
const said = (page: Page) => page.getByRole("status", { name: "Last scan" });
const selection = (page: Page) => page.getByRole("status", { name: "Selection" });
const rows = (page: Page) => page.getByRole("list", { name: "Last scans" }).getByRole("listitem");

/** Notes the sounds that are played, and how the device vibrates. */
async function listen(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const heard: string[] = [];
    Object.assign(globalThis, { heard });
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (when) {
      heard.push(`${this.frequency.value} Hz`);
      start.call(this, when);
    };
    navigator.vibrate = (pattern) => {
      heard.push(`vibrates ${String(pattern)}`);
      return true;
    };
  });
}

const heard = (page: Page) =>
  page.evaluate(() => (globalThis as unknown as { heard: string[] }).heard.splice(0));

async function open(page: Page): Promise<void> {
  await listen(page);
  await page.goto("/devices");
  await hydrated(page);
  await page.getByRole("button", { name: "Scan", exact: true }).click();
  await expect(field(page)).toBeFocused();
}

async function scan(page: Page, code: string): Promise<void> {
  await page.keyboard.type(code);
  await page.keyboard.press("Enter");
}

for (const [name, viewport] of [
  ["desktop", { width: 1440, height: 900 }],
  ["phone", { width: 360, height: 740 }],
] as const) {
  test.describe(name, () => {
    test.use({ viewport });

    test(`each scan is answered by word, color, icon and sound, ${name}`, async ({ page }) => {
      await open(page);
      await axe(page);
      const cases = [
        ["grid0000", "Matched", "good", ["1320 Hz", "vibrates 60"]],
        ["A-1000", "Already selected", "warning", ["880 Hz", "880 Hz", "vibrates 40,60,40"]],
        ["NOPE", "Unknown", "bad", ["220 Hz", "vibrates 250"]],
        ["GRID0007", "Already deprovisioned", "warning", ["660 Hz", "440 Hz", "vibrates 80,60,80"]],
      ] as const;
      for (const [code, word, tone, sounds] of cases) {
        await scan(page, code);
        await expect(field(page)).toHaveValue("");
        await expect(said(page)).toHaveText(`${code}: ${word}`);
        const answer = dialog(page).locator(".scan__answer");
        await expect(answer).toContainText(word);
        await expect(answer).toHaveAttribute("data-tone", tone);
        await expect(answer.locator("svg")).toBeVisible();
        expect(await heard(page)).toEqual(sounds);
        await axe(page);
        await screenshot(page, `scan-${name}-${tone}-${word.split(" ").pop()}`);
      }
      await expect(counts(page)).toHaveText(
        "4 scanned: 1 matched, 1 already selected, 1 already deprovisioned, 1 unknown",
      );
      await expect(rows(page)).toHaveCount(4);
      await expect(rows(page).first()).toHaveText("GRID0007Already deprovisioned");
      await page.emulateMedia({ colorScheme: "dark" });
      await axe(page);
      await screenshot(page, `scan-${name}-dark`);

      await page.getByRole("button", { name: "Done" }).click();
      await expect(dialog(page)).toBeHidden();
      await expect(selection(page)).toHaveText(/^1 selected/);
    });
  });
}

test("scans that come faster than answers are all answered, in their order", async ({ page }) => {
  await page.route("**/api/devices/scan", async (route) => {
    await new Promise((done) => setTimeout(done, 150));
    await route.continue();
  });
  await open(page);
  // A hardware scanner: no pause between the keys, none between Enter and the next code.
  const codes = [...Array(12).keys()].map((n) => `GRID${String(n + 20).padStart(4, "0")}`);
  for (const code of codes) {
    await scan(page, code);
  }
  await expect(counts(page)).toContainText("12 scanned");
  await expect(counts(page)).not.toContainText("being checked", { timeout: 15_000 });
  const texts = await rows(page).locator(".mono").allTextContents();
  expect(texts.reverse()).toEqual(codes);
});

test("the last scan is undone with its device", async ({ page }) => {
  await open(page);
  await scan(page, "GRID0001");
  await scan(page, "GRID0002");
  await scan(page, "NOPE");
  await expect(said(page)).toHaveText("NOPE: Unknown");
  const undo = page.getByRole("button", { name: "Undo last" });
  await undo.click();
  await expect(counts(page)).toHaveText("2 scanned: 2 matched");
  await expect(field(page)).toBeFocused();
  await undo.click();
  await expect(said(page)).toHaveText("GRID0002: scan undone.");
  await expect(counts(page)).toHaveText("1 scanned: 1 matched");
  await page.getByRole("button", { name: "Done" }).click();
  await expect(selection(page)).toHaveText("1 selected");
  await expect(page.getByRole("checkbox", { name: "Select GRID0001" })).toBeChecked();

  // It goes on where it was.
  await page.getByRole("button", { name: "Scan", exact: true }).click();
  await expect(rows(page)).toHaveCount(1);
});

test("it is silent when told to, also the next time, and the field gets what is typed elsewhere", async ({
  page,
}) => {
  await open(page);
  await page.getByRole("switch", { name: "Sound" }).uncheck();
  await scan(page, "GRID0001");
  await expect(field(page)).toBeFocused();
  await expect(said(page)).toHaveText("GRID0001: Matched");
  expect(await heard(page)).toEqual([]);
  await page.reload();
  await hydrated(page);
  await page.getByRole("button", { name: "Scan", exact: true }).click();
  await expect(page.getByRole("switch", { name: "Sound" })).not.toBeChecked();
});

test("what could not be checked is kept and checked again", async ({ page, allowRequest }) => {
  allowRequest(/devices\/scan/);
  await open(page);
  await page.route("**/api/devices/scan", (route) => route.abort("connectionrefused"));
  await scan(page, "GRID0001");
  await expect(rows(page)).toHaveText(["GRID0001Not checked"]);
  await page.unroute("**/api/devices/scan");
  await page.getByRole("button", { name: "Check again" }).click();
  await expect(rows(page)).toHaveText(["GRID0001Matched"]);
});

test("a camera scans where the browser reads barcodes", async ({ page }) => {
  await page.addInitScript(() => {
    const codes = ["GRID0001", "GRID0001", "", "GRID0002"];
    class BarcodeDetector {
      detect() {
        const rawValue = codes.shift() ?? "";
        return Promise.resolve(rawValue === "" ? [] : [{ rawValue }]);
      }
    }
    Object.assign(globalThis, { BarcodeDetector });
    const canvas = document.createElement("canvas");
    canvas.getContext("2d")?.fillRect(0, 0, 10, 10);
    navigator.mediaDevices.getUserMedia = () => Promise.resolve(canvas.captureStream());
  });
  await open(page);
  await page.getByRole("button", { name: "Use camera" }).click();
  await expect(counts(page)).toHaveText("2 scanned: 2 matched");
  await expect(page.getByLabel("Camera", { exact: true })).toBeVisible();
  await axe(page);
  await screenshot(page, "scan-camera");
  await page.getByRole("button", { name: "Turn off camera" }).click();
  await expect(page.getByLabel("Camera", { exact: true })).toBeHidden();
});

test("a camera that is blocked is said, and a browser without barcodes offers none", async ({
  page,
}) => {
  await open(page);
  await expect(page.getByRole("button", { name: "Use camera" })).toBeHidden();
  await page.addInitScript(() => {
    Object.assign(globalThis, { BarcodeDetector: class {} });
    const denied = () => Promise.reject(new DOMException("no", "NotAllowedError"));
    navigator.mediaDevices.getUserMedia = denied;
  });
  await open(page);
  await page.getByRole("button", { name: "Use camera" }).click();
  await expect(page.getByText(/^The camera is blocked\./)).toBeVisible();
  await axe(page);
});
