// What every test gets: a server with a database of its own, a page that points
// at it, and a guard that fails the test when a page misbehaves.
//
//     test.use({ importFile: "devices.csv" });
//
//     test("a search finds a serial", async ({ page }) => {
//       await page.goto("/devices");
//       await hydrated(page);
//       …
//       await axe(page);
//     });

import { join } from "node:path";

import { AxeBuilder } from "@axe-core/playwright";
import { test as base, chromium, expect, type Locator, type Page } from "@playwright/test";

import { createDatabase, type DatabaseKind } from "./support/database.ts";
import { Guard } from "./support/guard.ts";
import { Server, sunset } from "./support/server.ts";

export { chromium, expect, Server, sunset };

const HERE = import.meta.dirname;

/** What a spec sets with `test.use`. */
export interface Options {
  /** Set by the project: every test runs on both. */
  database: DatabaseKind;
  /** Arguments of `sunset serve`, besides address and database. */
  serverArgs: string[];
  /** A file in `end2end/data/`, imported before the server starts. */
  importFile: string | undefined;
}

interface Fixtures {
  /** The server process: `url`, `kill()`, `stop()`, `restart()`, `log()`. */
  server: Server;
  /** `watch()` a context that the test makes itself. */
  guard: Guard;
  /** Lets pages print console messages that match. */
  allowConsole: (pattern: RegExp) => void;
  /** Lets requests fail whose URL matches. */
  allowRequest: (pattern: RegExp) => void;
}

export const test = base.extend<Options & Fixtures>({
  database: ["sqlite", { option: true }],
  serverArgs: [["--demo-devices", "0"], { option: true }],
  importFile: [undefined, { option: true }],

  server: async ({ database, serverArgs, importFile }, use, testInfo) => {
    const own = await createDatabase(database);
    const server = new Server(own.url, [
      "--seal-key",
      own.sealKey,
      "--signing-key",
      `${own.sealKey}.signing`,
      ...serverArgs,
    ]);
    try {
      if (importFile !== undefined) {
        await sunset("import", join(HERE, "data", importFile), "--database", own.url);
      }
      await server.start();
      await use(server);
    } finally {
      await server.kill();
      await own.remove();
      if (testInfo.status !== testInfo.expectedStatus) {
        await testInfo.attach("server.log", { body: server.log(), contentType: "text/plain" });
        // An attachment is shortened where it is shown, and gone where CI has run.
        console.log(`--- the server of "${testInfo.title}" said:\n${server.log().slice(-8000)}---`);
      }
    }
  },

  baseURL: async ({ server }, use) => {
    await use(server.url);
  },

  guard: async ({}, use) => {
    const guard = new Guard();
    await use(guard);
    expect(guard.problems(), "what no page may do").toEqual([]);
  },

  context: async ({ context, guard }, use) => {
    await guard.watch(context);
    await use(context);
  },

  allowConsole: async ({ guard }, use) => {
    await use((pattern) => guard.allowConsole(pattern));
  },

  allowRequest: async ({ guard }, use) => {
    await use((pattern) => guard.allowRequest(pattern));
  },
});

/** Waits until the page reacts to a person, not only shows itself. */
export async function hydrated(page: Page): Promise<void> {
  await page.locator("html[data-hydrated=whole]").waitFor({ state: "attached" });
}

/** Waits until the page is told what happens. Nothing says so while all is well. */
export async function live(page: Page): Promise<void> {
  await page.locator("[data-link=live]").first().waitFor({ state: "attached" });
}

/** Expects the page, as it is now, to have no accessibility violation. */
export async function axe(page: Page): Promise<void> {
  await settled(page);
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}\n  ${node.html}\n  ${node.failureSummary ?? ""}`),
  );
  expect(found, "accessibility violations").toEqual([]);
}

/** Turns the device while something is open: it must not leave the screen. */
export async function staysOnScreen(page: Page, open: Locator): Promise<void> {
  for (const width of [1023, 768, 639, 360, 320]) {
    await page.setViewportSize({ width, height: 740 });
    const box = await open.boundingBox();
    expect(box?.x, `at ${width} px`).toBeGreaterThanOrEqual(0);
    expect((box?.x ?? 0) + (box?.width ?? 0), `at ${width} px`).toBeLessThanOrEqual(width);
  }
}

/** Keeps a picture of the page in `end2end/screenshots/<project>/`. */
export async function screenshot(page: Page, name: string): Promise<void> {
  await settled(page);
  const path = join(HERE, "screenshots", test.info().project.name, `${name}.png`);
  await page.screenshot({ path, animations: "disabled" });
}

/** Waits for animations that end. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const ending = document
      .getAnimations()
      .filter((animation) => animation.effect?.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(ending.map((animation) => animation.finished));
  });
}
