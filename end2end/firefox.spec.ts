// The same console in Firefox: what is pressed there is what is meant, and the way from
// a list to a finished job is whole.

import type { ElementHandle } from "puppeteer-core";

import { expect, test } from "./fixtures.ts";
import { Firefox } from "./support/firefox.ts";

test.use({ importFile: "grid.csv" });

/** Runs a story in a Firefox of this width. */
async function inFirefox(width: number, story: (firefox: Firefox) => Promise<void>): Promise<void> {
  const firefox = await Firefox.open(width);
  try {
    await story(firefox);
    expect(firefox.problems, "what no page may do").toEqual([]);
  } finally {
    await firefox.close();
  }
}

const isOpen = (details: ElementHandle<Element>) =>
  details.evaluate((it) => (it as HTMLDetailsElement).open);

const isChecked = (label: ElementHandle<Element>) =>
  label.evaluate((it) => it.querySelector("input")!.checked);

for (const width of [360, 1280]) {
  test(`in Firefox, ${width} wide, words, hints and empty space leave every box open`, async ({
    server,
  }) => {
    await inFirefox(width, async (firefox) => {
      const { page } = firefox;
      await firefox.goto(`${server.url}/devices`);
      const boxes = await page.$$("details.disclosure");
      expect(boxes.length).toBeGreaterThan(8);
      for (const details of boxes) {
        const summary = (await details.$("summary"))!;
        const name = await summary.evaluate((it) => it.textContent!.trim());
        await test.step(name, async () => {
          // On a phone the filters are in a sheet.
          const sheet = (await page.$("#filter-sheet-open"))!;
          const isInSheet =
            (await sheet.isVisible()) &&
            (await details.evaluate((it) => it.closest("#filter-sheet") !== null));
          if (isInSheet) await sheet.click();
          await summary.click();
          expect(await isOpen(details)).toBe(true);
          await page.waitForFunction((it) => !it.innerText.includes("Loading…"), {}, details);

          const box = (await details.$(".disclosure__box"))!;
          await box.click({ offset: { x: 3, y: 3 } });
          expect(await isOpen(details), "empty space").toBe(true);
          for (const words of await box.$$("p, h2, h3, legend:not(.visually-hidden)")) {
            if (await words.isVisible()) {
              await words.click();
              expect(await isOpen(details), "a hint or title").toBe(true);
            }
          }
          // The second of radio buttons, then the first, which was chosen before.
          const labels = await box.$$("label:has(input[type=checkbox], input[type=radio])");
          for (const label of labels.slice(0, 2).reverse()) {
            const isRadio = (await label.$("input[type=radio]")) !== null;
            const before = await isChecked(label);
            await (await label.$("span"))!.click();
            expect(await isChecked(label)).toBe(isRadio || !before);
            expect(await isOpen(details), "the words of a choice").toBe(true);
            if (!isRadio) {
              await (await label.$("span"))!.click();
              expect(await isChecked(label)).toBe(before);
              expect(await isOpen(details), "the words of a choice").toBe(true);
            }
          }
          if (isInSheet) await (await page.$(".filters__sheet-head strong"))!.click();
          else await (await page.$("header"))!.click({ offset: { x: 170, y: 24 } });
          await page.waitForFunction((it) => !(it as HTMLDetailsElement).open, {}, details);
          if (isInSheet) await (await page.$("#filter-sheet-close"))!.click();
        });
      }
    });
  });
}

test("in Firefox, devices are searched, selected and deprovisioned", async ({ server }) => {
  await inFirefox(1280, async (firefox) => {
    const { page } = firefox;
    await firefox.goto(`${server.url}/devices`);
    await page.type("#quick-search", "GRID000");
    await page.waitForFunction(() => location.search.includes("q=GRID000"));
    for (const serial of ["GRID0000", "GRID0001"]) {
      await page.waitForSelector(`input[aria-label="Select ${serial}"]`);
      await page.click(`input[aria-label="Select ${serial}"]`);
    }
    await firefox.click("button", /^Actions \(2\)/);
    await firefox.click("[role=menuitem]", /^Deprovision 2/);
    await firefox.click("label", "I acknowledge the need to wipe");
    await firefox.click("button", "Next");
    await firefox.click("label", "Retiring from fleet");
    await firefox.click("button", "Next");
    await firefox.click("button", /^Execute/);
    await firefox.find("[role=status]", "Completed successfully: 2 devices deprovisioned.");
  });
});
