// Boxes that open below their button: every word, hint and empty spot in them can be
// pressed, and what lies outside closes them.

import type { Locator, Page } from "@playwright/test";

import { actions, deprovision, notifications, tick, leave } from "./deprovision.ts";
import { chromium, expect, hydrated, test, live } from "./fixtures.ts";

test.use({ importFile: "grid.csv" });

const boxes = (page: Page) =>
  page.locator("details.disclosure:not(details.disclosure details.disclosure)");
const opened = (page: Page) => page.locator("details.disclosure[open] > .disclosure__box");
const heading = (page: Page) => page.getByRole("heading", { level: 1 });

/** Presses a spot of an element: its middle, or so far from its top left corner. */
type Press = (on: Locator, position?: { x: number; y: number }) => Promise<void>;

const WAYS: { name: string; width: number; hasTouch: boolean; press: Press }[] = [
  {
    name: "with the mouse",
    width: 1280,
    hasTouch: false,
    press: (on, position) => on.click({ position, force: true }),
  },
  {
    name: "with the mouse in a narrow window",
    width: 360,
    hasTouch: false,
    press: (on, position) => on.click({ position, force: true }),
  },
  {
    name: "with a finger",
    width: 360,
    hasTouch: true,
    press: (on, position) => on.tap({ position, force: true }),
  },
];

/** Waits until a box keeps its place: a press that is forced does not wait for it. */
async function still(box: Locator) {
  let before = "";
  await expect
    .poll(async () => {
      const now = JSON.stringify(await box.boundingBox());
      const isStill = now === before;
      before = now;
      return isStill;
    })
    .toBe(true);
}

/** Opens each box in turn, and each box within a box. */
async function each(
  page: Page,
  press: Press,
  then: (box: Locator, isInSheet: boolean) => Promise<void>,
) {
  await page.goto("/devices");
  await hydrated(page);
  // What is said of the connection has its width then: the buttons beside it stay.
  await live(page);
  const count = await boxes(page).count();
  expect(count).toBeGreaterThan(4);
  for (let i = 0; i < count; i += 1) {
    const details = boxes(page).nth(i);
    const name = ((await details.locator("> summary").textContent()) ?? "").trim();
    await test.step(name, async () => {
      // On a phone the filters are in a sheet.
      const isInSheet =
        (await page.locator("#filter-sheet details").count()) !== 0 &&
        (await details.evaluate((it) => it.closest("#filter-sheet") !== null)) &&
        (await page.locator("#filter-sheet-open").isVisible());
      if (isInSheet) await press(page.locator("#filter-sheet-open"));
      const open = async (box: Locator) => {
        await press(box.locator("> summary"));
        await expect(box).toHaveAttribute("open");
      };
      const close = async () => {
        // On a phone the app bar has the only empty spot in sight.
        if (isInSheet) await press(page.locator(".filters__sheet-head strong"));
        else await press(page.getByRole("banner"), { x: 170, y: 24 });
        await expect(opened(page)).toHaveCount(0);
      };
      await open(details);
      await then(details.locator("> .disclosure__box"), isInSheet);
      await close();
      const within = details.locator("details.disclosure");
      for (let j = 0; j < (await within.count()); j += 1) {
        await open(details);
        await open(within.nth(j));
        await then(within.nth(j).locator("> .disclosure__box"), isInSheet);
        await close();
      }
      if (isInSheet) await press(page.locator("#filter-sheet-close"));
    });
  }
}

for (const { name, width, hasTouch, press } of WAYS) {
  test.describe(name, () => {
    test.use({ viewport: { width, height: 800 }, hasTouch });

    test(`hints, titles and empty space leave every box open, ${name}`, async ({ page }) => {
      await each(page, press, async (box, isInSheet) => {
        // The content of the box arrives after it opens and moves what is below it.
        await expect(
          box.getByText(/^(Loading…|No matches)$/).filter({ visible: true }),
        ).toHaveCount(0);
        await still(box);
        // A finger near a choice or a button presses it: in the sheet everything is near.
        if (!(hasTouch && isInSheet)) await press(box, { x: 4, y: 4 });
        await expect(box).toBeVisible();
        for (const words of await box
          .locator("p, h2, h3, legend")
          .filter({ visible: true })
          .all()) {
          await press(words);
          await expect(box, (await words.textContent()) ?? "").toBeVisible();
        }
        // After a tap the focus comes a moment later.
        const hasFocus = () =>
          box.evaluate((it) => it.parentElement!.contains(document.activeElement));
        await expect.poll(hasFocus).toBe(true);
        await page.keyboard.press("Escape");
        await expect(box, "Escape closes it from its empty space").toBeHidden();
      });
    });

    test(`the words of a choice choose it and leave the box open, ${name}`, async ({ page }) => {
      await each(page, press, async (box) => {
        const choices = box.locator("label:has(input[type=checkbox], input[type=radio])");
        // What is on offer comes as the box opens.
        await expect(box.getByText("Loading…")).toHaveCount(0);
        // The first last: of radio buttons it is what was chosen before.
        const count = await choices.count();
        for (const i of [1, 0].filter((i) => i < count)) {
          const choice = choices.nth(i);
          const words = choice.locator("span").first();
          const label = (await words.innerText()).trim();
          const input = choice.locator("input");
          const before = await input.isChecked();
          const isRadio = (await input.getAttribute("type")) === "radio";
          await press(words);
          await expect(input, label).toBeChecked({ checked: isRadio || !before });
          await expect(box, label).toBeVisible();
          if (!isRadio) {
            await press(words);
            await expect(input, label).toBeChecked({ checked: before });
            await expect(box, label).toBeVisible();
          }
        }
        for (const label of await box.locator("label:has(input[type=text])").all()) {
          const input = label.locator("input");
          await press(label, { x: 4, y: 6 });
          await expect(input).toBeFocused();
          await expect(box).toBeVisible();
        }
      });
      await expect(page).toHaveURL(/\/devices$/);
    });
  });
}

test("a notice's words leave the bell open, and another box takes its place", async ({ page }) => {
  await tick(page, ["GRID0000"]);
  await deprovision(page);
  await leave(page);
  const bell = page.locator(".bell details");
  await bell.locator("summary").click();
  const notice = bell.getByText("Completed successfully: 1 device deprovisioned.");
  await notice.click();
  await bell.locator("time").click();
  await expect(notice).toBeVisible();
  await bell.getByRole("button", { name: "Dismiss all" }).click();
  await expect(notifications(page).getByRole("status")).toHaveText("");
  await expect(notice).toBeVisible();

  await page.locator("summary").getByText("Status", { exact: true }).click();
  await expect(notice).toBeHidden();
  await expect(page.getByRole("checkbox", { name: "Disabled" })).toBeVisible();
});

test("the focus closes a box by leaving it, but not by leaving the page", async ({ page }) => {
  await page.goto("/devices");
  await hydrated(page);
  await page.locator("summary").getByText("Status", { exact: true }).click();
  const first = page.getByRole("checkbox", { name: /^Active/ });
  await first.focus();
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await expect(first).toBeVisible();
  await first.focus();
  await page.keyboard.press("Shift+Tab");
  await expect(first, "its own button belongs to it").toBeVisible();
  await page.keyboard.press("Shift+Tab");
  await expect(first).toBeHidden();
});

test("empty space in the Actions menu leaves it open, and keys still work there", async ({
  page,
}) => {
  await tick(page, ["GRID0000"]);
  const menu = page.getByRole("menu");
  await actions(page).click();
  await menu.getByRole("separator").click({ force: true });
  await menu.click({ position: { x: 2, y: 2 } });
  await expect(menu).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await expect(menu.getByRole("menuitem").first()).toBeFocused();
  await menu.click({ position: { x: 2, y: 2 } });
  await page.keyboard.press("Escape");
  await expect(menu).toBeHidden();
  await expect(actions(page)).toBeFocused();

  await actions(page).click();
  await heading(page).click();
  await expect(menu).toBeHidden();
});

test.describe("a list with a scrollbar", () => {
  test.use({ importFile: undefined, serverArgs: ["--demo-devices", "3000"] });

  test("a press on the scrollbar scrolls the list and leaves the box open", async ({
    server,
    guard,
    launchOptions,
  }) => {
    // Without a window the browser has no scrollbars unless told to.
    const browser = await chromium.launch({
      ...launchOptions,
      ignoreDefaultArgs: ["--hide-scrollbars"],
    });
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    await guard.watch(context);
    const page = await context.newPage();
    await page.goto(`${server.url}/devices`);
    await hydrated(page);
    await page.locator("summary").getByText("Organizational unit", { exact: true }).click();
    await opened(page).getByRole("textbox", { name: "Search organizational units" }).fill("/");
    const list = page.getByRole("group", { name: "Organizational unit" });
    await expect.poll(() => list.getByRole("checkbox").count()).toBeGreaterThan(20);
    const { x, y, width, height } = (await list.boundingBox())!;
    const row = (await list.locator("label").first().boundingBox())!;
    const bar = x + width - (row.x + row.width);
    expect(bar, "there is a scrollbar").toBeGreaterThan(4);

    await page.mouse.click(x + width - bar / 2, y + height - 30);
    await expect.poll(() => list.evaluate((it) => it.scrollTop)).toBeGreaterThan(0);
    await expect(list).toBeVisible();
    await browser.close();
  });
});
