// A session that is about to end says so, while there is time to go on.

import type { Page } from "@playwright/test";

import { axe, expect, hydrated, screenshot, test } from "./fixtures.ts";

test.use({ importFile: "grid.csv" });

/** Opens a page whose first live update says why its session ends. */
async function openWarned(page: Page, why: "unused" | "longest"): Promise<void> {
  const body = `retry: 600000\ndata: {"session_ends":"${why}"}\n\n`;
  const told = { contentType: "text/event-stream", body };
  await page.route("**/events*", (route) => route.fulfill(told), { times: 1 });
  await page.goto("/devices");
  await hydrated(page);
}

const warning = (page: Page) => page.getByRole("dialog", { name: "You will be signed out soon" });

test("a session that was not used goes on by one key", async ({ page }) => {
  await openWarned(page, "unused");
  await expect(warning(page)).toContainText("Nothing was done here");
  await axe(page);
  await screenshot(page, "session-ending");
  await page.setViewportSize({ width: 360, height: 740 });
  await page.emulateMedia({ colorScheme: "dark" });
  await screenshot(page, "session-ending-360-dark");
  const prolonged = page.waitForResponse(/cache\/state/);
  await page.keyboard.press("Escape");
  expect((await prolonged).ok()).toBe(true);
  await expect(warning(page)).toBeHidden();
});

test("a session of ten hours goes on with password and code", async ({ page }) => {
  await openWarned(page, "longest");
  await expect(warning(page)).toContainText("10 hours");
  await warning(page).getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(warning(page)).toBeHidden();
  const ask = page.getByRole("dialog", { name: "Sign in again" });
  await expect(ask).toBeVisible();
  // Nobody can sign in here: what the server answers is made up.
  await page.route("**/sign-in", (route) => route.fulfill({ status: 204 }));
  await ask.getByRole("button", { name: "Sign in" }).click();
  await expect(ask).toBeHidden();
  await expect(warning(page)).toBeHidden();
  await page.waitForTimeout(500);
  await expect(warning(page)).toBeHidden();
});
