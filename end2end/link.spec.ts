// The connection that keeps every screen up to date: lost, and found again.

import { axe, expect, hydrated, screenshot, test } from "./fixtures.ts";

test("a lost connection is tried again when asked to, and goes on where it was", async ({
  page,
  server,
  allowRequest,
}) => {
  allowRequest(/\/events/);
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
  await expect(header.getByText("Reconnecting…")).toBeVisible();
  await axe(page);
  await screenshot(page, "reconnecting");

  await page.unroute("**/events*");
  const asked = page.waitForRequest((request) => request.url().includes("/events"));
  await header.getByRole("button", { name: "Check now" }).click();
  expect(new URL((await asked).url()).search).toMatch(/^\?after=\d/);
  await expect(header.getByText("Live")).toBeVisible();
  await expect(header.getByRole("button", { name: "Check now" })).toBeHidden();
});
