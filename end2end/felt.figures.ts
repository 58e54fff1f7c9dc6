// What people feel: keys, waiting, what fits on a screen, bytes. `cargo xtask felt` runs
// it on the program as it is shipped and prints a table. A figure beyond its goal is
// marked, and fails nothing: machines differ.

import type { Page } from "@playwright/test";

import { actions, dialog } from "./deprovision.ts";
import { expect, hydrated, test } from "./fixtures.ts";

test.use({ serverArgs: ["--demo-devices", "10000"] });
test.describe.configure({ mode: "serial" });

/** At most so many stops are tried on the way to one control. */
const FARTHEST = 300;

function figure(name: string, value: number, unit: string, goal: string, isReached: boolean): void {
  const mark = isReached ? "" : "  <-- beyond the goal";
  const text = `${Math.round(value)} ${unit}`.trim();
  console.log(`figure: ${name.padEnd(58)}${text.padStart(12)}   goal ${goal}${mark}`);
}

/** Presses keys and counts them. */
class Keys {
  count = 0;

  constructor(readonly page: Page) {}

  async press(key: string): Promise<void> {
    this.count += 1;
    await this.page.keyboard.press(key);
  }

  async type(text: string): Promise<void> {
    for (const key of text) await this.press(key);
  }

  /** Tab, until what has the focus has this name. */
  async tabTo(name: RegExp): Promise<void> {
    for (let stop = 0; stop < FARTHEST; stop += 1) {
      await this.press("Tab");
      if (name.test(await focused(this.page))) return;
    }
    throw new Error(`no Tab leads to ${name}`);
  }
}

/** The words by which a person knows what has the focus. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    const labels = element instanceof HTMLInputElement ? [...(element.labels ?? [])] : [];
    const label = labels.map((it) => it.textContent).join(" ");
    return (
      element?.getAttribute("aria-label") ?? (label.trim() || (element?.textContent ?? "").trim())
    );
  });
}

/** From the menu to the end of the job. Each step's heading has the focus at first. */
async function execute(page: Page, keys: Keys): Promise<void> {
  const heading = (name: string) => dialog(page).getByRole("heading", { name, exact: true });
  await expect(page.getByRole("menuitem").first()).toBeFocused();
  await expect(page.getByRole("menuitem", { name: /^Deprovision/ })).not.toContainText("checking");
  // It is the last item.
  await keys.press("End");
  await keys.press("Enter");
  await expect(heading("Acknowledge device deprovisioning")).toBeFocused();
  await keys.tabTo(/^I acknowledge/);
  await keys.press("Space");
  await keys.press("Enter");
  await expect(heading("Specify deprovision reason")).toBeFocused();
  await keys.press("Tab");
  await keys.press("Space");
  await keys.press("Enter");
  await expect(heading("Execute")).toBeFocused();
  await keys.tabTo(/^Execute/);
  await keys.press("Enter");
  await expect(heading("Completed successfully")).toBeFocused({ timeout: 60_000 });
  await keys.tabTo(/^OK$/);
  await keys.press("Enter");
  await expect(dialog(page)).toBeHidden();
}

async function open(page: Page, address = "/devices?status=ACTIVE"): Promise<void> {
  await page.goto(address);
  await hydrated(page);
}

test("keys of the flow: find, select three, deprovision, confirm", async ({ page }) => {
  // Other devices each time: those of the first are deprovisioned then.
  for (const [name, search, single, goal] of [
    ["keys of the flow, Tab only", "5cd1", false, 150],
    ["keys of the flow, single keys", "5cd2", true, 60],
  ] as const) {
    await open(page, "/devices");
    const keys = new Keys(page);
    if (single) {
      await keys.press("/");
    } else {
      await keys.tabTo(/^Search devices/);
    }
    await keys.type(search);
    await expect(page).toHaveURL(new RegExp(`q=${search}`));
    await expect(page.getByRole("rowheader").first()).toContainText(search.toUpperCase());
    // In the field, single keys are text.
    if (single) await keys.press("Tab");
    for (let row = 0; row < 3; row += 1) {
      if (single) {
        await keys.press("j");
        await keys.press("x");
      } else {
        await keys.tabTo(/^Select (?!all)/);
        await keys.press("Space");
      }
    }
    if (single) {
      await keys.press("a");
    } else {
      // Backwards: the menu stands above the list.
      for (let stop = 0; stop < FARTHEST; stop += 1) {
        await keys.press("Shift+Tab");
        if (/^Actions/.test(await focused(page))) break;
      }
      await keys.press("Enter");
    }
    await execute(page, keys);
    figure(name, keys.count, "", `${goal}`, keys.count <= goal);
  }
});

test("what fits on the first screen", async ({ page }) => {
  for (const [width, height, goal] of [
    [1440, 900, 190],
    [1280, 800, 200],
  ] as const) {
    await page.setViewportSize({ width, height });
    await open(page, "/devices");
    const y = (await page.locator("#grid-rows > tr").first().boundingBox())?.y ?? Infinity;
    figure(`first row of the grid, ${width} x ${height}`, y, "px", `${goal} px`, y <= goal);
  }
  await page.setViewportSize({ width: 360, height: 740 });
  await open(page, "/devices");
  const cards = await page
    .locator("#grid-rows > tr")
    .evaluateAll(
      (rows) => rows.filter((row) => row.getBoundingClientRect().bottom <= innerHeight).length,
    );
  figure("devices on the first screen, 360 x 740", cards, "", "6", 6 <= cards);
});

test("waiting at a quarter of the speed", async ({ page }) => {
  await open(page, "/devices?size=200");
  await expect(page.getByRole("rowheader")).toHaveCount(200);
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  await page.evaluate(() => {
    const seen = { event: 0, task: 0 };
    Object.assign(window, { seen });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) seen.event = Math.max(seen.event, entry.duration);
    }).observe({ type: "event", durationThreshold: 16 } as PerformanceObserverInit);
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) seen.task = Math.max(seen.task, entry.duration);
    }).observe({ type: "longtask" });
  });
  type Seen = { seen: { event: number; task: number } };
  /** The longest event and task of what `act` does. */
  const measured = async (act: () => Promise<void>): Promise<Seen["seen"]> => {
    await page.evaluate(() =>
      Object.assign((window as unknown as Seen).seen, { event: 0, task: 0 }),
    );
    await act();
    await page.waitForTimeout(1500);
    return page.evaluate(() => ({ ...(window as unknown as Seen).seen }));
  };

  const all = await measured(async () => {
    await page.getByRole("checkbox", { name: /^Select all/ }).click();
    await expect(actions(page)).toBeEnabled();
  });
  figure(
    "select all 200 rows, longest event, CPU 4x slower",
    all.event,
    "ms",
    "200 ms",
    all.event <= 200,
  );
  const sorted = await measured(async () => {
    await page.getByRole("button", { name: "Last sync" }).click();
    await expect(page.locator("th.col-last_sync[aria-sort]")).toBeVisible();
  });
  figure(
    "sort 200 rows, longest task, CPU 4x slower",
    sorted.task,
    "ms",
    "500 ms",
    sorted.task <= 500,
  );
  const turned = await measured(async () => {
    await page.getByRole("link", { name: "Next page" }).click();
    await expect(page).toHaveURL(/page=2/);
  });
  figure(
    "next page of 200 rows, longest task, CPU 4x slower",
    turned.task,
    "ms",
    "500 ms",
    turned.task <= 500,
  );
});

test("bytes of a first visit", async ({ page }) => {
  await open(page, "/devices");
  await page.waitForLoadState("networkidle");
  const sent = await page.evaluate(() => {
    const size = (entry: PerformanceEntry) => (entry as PerformanceResourceTiming).encodedBodySize;
    const sum = (type: string, part: RegExp) =>
      performance
        .getEntriesByType(type)
        .filter((entry) => part.test(entry.name))
        .reduce((all, entry) => all + size(entry), 0);
    const files = /\.(js|css|wasm|svg)$/;
    return {
      page: sum("navigation", /./),
      files: sum("resource", files),
      later: sum("resource", /later/),
    };
  });
  const first = sent.files - sent.later;
  figure("the page itself, compressed", sent.page, "B", "12000 B", sent.page <= 12_000);
  figure("files before Device Search is alive", first, "B", "300000 B", first <= 300_000);
  figure("all files", sent.files, "B", "560000 B", sent.files <= 560_000);
});
