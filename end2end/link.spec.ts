// What keeps every screen up to date, and the database behind it: lost, and found again.

import { axe, expect, hydrated, screenshot, test, live } from "./fixtures.ts";
import { letIn } from "./support/database.ts";

/** Something that is waited for. */
function event() {
  let happens = () => {};
  const happened = new Promise<void>((resolve) => {
    happens = resolve;
  });
  return { happened, happens };
}

test("a lost connection is tried again when asked to, and goes on where it was", async ({
  page,
  server,
  allowRequest,
}) => {
  allowRequest(/\/events|favicon/);
  await page.goto("/devices");
  await hydrated(page);
  const header = page.getByRole("banner");
  await live(page);
  await expect(header.getByRole("button", { name: "Check now" })).toBeHidden();

  // The page tries again by itself, so nothing may hang on who is faster. Its stream is
  // refused once the server is back; its own attempt after that is never answered, and
  // what is asked for by hand gets through.
  const serverBack = event();
  const ownAttempt = event();
  let attempts = 0;
  let asks = false;
  await page.route("**/events*", async (route) => {
    attempts += 1;
    if (asks) {
      await route.continue();
    } else if (attempts === 1) {
      await serverBack.happened;
      await route.fulfill({ status: 503 });
    } else {
      ownAttempt.happens();
    }
  });
  await server.restart();
  await expect(header.getByText(/^Reconnecting/)).toBeVisible();
  serverBack.happens();
  await ownAttempt.happened;
  await expect(
    header.getByText(/^Reconnecting, last update \d+ (seconds?|minutes?) ago/),
  ).toBeVisible();
  await axe(page);
  await screenshot(page, "reconnecting");

  asks = true;
  const asked = page.waitForRequest((request) => request.url().includes("/events"));
  await header.getByRole("button", { name: "Check now" }).click();
  expect(new URL((await asked).url()).search).toMatch(/^\?after=\d/);
  await live(page);
  await expect(header.getByRole("button", { name: "Check now" })).toBeHidden();
});

test("a database that lets nobody in is said on the page until it is back", async ({
  page,
  server,
  database,
  allowRequest,
}) => {
  test.skip(database !== "postgres", "an SQLite file is the server's own");
  allowRequest(/\/(api|events|favicon)/);
  await page.goto("/devices");
  await hydrated(page);
  await live(page);

  await letIn(server.database, false);
  const trouble = page.getByText(/Jobs wait and go on by themselves\.$/);
  await expect(trouble).toBeVisible({ timeout: 30_000 });
  await axe(page);
  await screenshot(page, "database-away");

  await letIn(server.database, true);
  await expect(trouble).toBeHidden({ timeout: 30_000 });
});
