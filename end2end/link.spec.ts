// What keeps every screen up to date, and the database behind it: lost, and found again.

import { axe, expect, hydrated, screenshot, test } from "./fixtures.ts";
import { letIn } from "./support/database.ts";

test("a lost connection is tried again when asked to, and goes on where it was", async ({
  page,
  server,
  allowRequest,
}) => {
  allowRequest(/\/events|favicon/);
  await page.goto("/devices");
  await hydrated(page);
  const header = page.getByRole("banner");
  await expect(header.getByText("Live")).toBeVisible();
  await expect(header.getByRole("button", { name: "Check now" })).toBeHidden();

  // From now on nothing of the page's own happens with time.
  await page.clock.install();
  await page.route("**/events*", (route) => route.fulfill({ status: 503 }));
  const refused = page.waitForResponse((answer) => answer.url().includes("/events"));
  await server.restart();
  expect((await refused).status()).toBe(503);
  await expect(header.getByText(/^Reconnecting/)).toBeVisible();
  await page.clock.runFor(5000);
  await expect(header.getByText(/^Reconnecting, last update \d+ s ago/)).toBeVisible();
  await axe(page);
  await screenshot(page, "reconnecting");

  await page.unroute("**/events*");
  const asked = page.waitForRequest((request) => request.url().includes("/events"));
  await header.getByRole("button", { name: "Check now" }).click();
  expect(new URL((await asked).url()).search).toMatch(/^\?after=\d/);
  await expect(header.getByText("Live")).toBeVisible();
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
  await expect(page.getByRole("banner").getByText("Live")).toBeVisible();

  await letIn(server.database, false);
  const trouble = page.getByText(/Jobs wait and go on by themselves\.$/);
  await expect(trouble).toBeVisible({ timeout: 30_000 });
  await axe(page);
  await screenshot(page, "database-away");

  await letIn(server.database, true);
  await expect(trouble).toBeHidden({ timeout: 30_000 });
});
