// Roles and org units: who sees what, what is shown disabled with the reason, and the page of
// the operators. All of it by keyboard where people type.

import { actions, deprovision } from "./deprovision.ts";
import { axe, expect, screenshot, test } from "./fixtures.ts";
import { everyLook } from "./looks.ts";
import { at, invite, join } from "./people.ts";

test.use({ importFile: "schools.csv" });

test("a technician of one school never sees the other", async ({ server, browser }) => {
  const [tech, boss] = await invite(server, [
    ["tech", ["operator:/North"]],
    ["boss", ["operator"]],
  ]);
  const [page, , context] = await join(browser, tech!);
  const [other, , otherContext] = await join(browser, boss!);

  await at(page, "/devices");
  await expect(page.getByRole("checkbox", { name: /^Select NORTH/ })).toHaveCount(3);
  await expect(page.locator("body")).not.toContainText(/south/i);
  await at(page, "/devices?q=SOUTH");
  await expect(page.getByRole("checkbox", { name: /^Select (NORTH|SOUTH)/ })).toHaveCount(0);
  await at(page, "/overview");
  await expect(page.locator("body")).not.toContainText(/south/i);
  const exported = await context.request.get(`${server.url}/devices/export.csv`);
  expect(await exported.text()).not.toMatch(/south/i);
  expect((await exported.text()).match(/NORTH/g)).toHaveLength(3);

  // A job of the other school is not told of, and its page is not there.
  await at(other, "/devices?q=SOUTH");
  await other.getByRole("checkbox", { name: "Select SOUTH1", exact: true }).check();
  await deprovision(other);
  await at(other, "/jobs");
  const job = await other
    .getByRole("link", { name: /^Job 1|^1$|#1/ })
    .first()
    .getAttribute("href");
  await at(page, "/jobs");
  await expect(page.locator("main")).not.toContainText(/Deprovision 1|boss/);
  const answer = await page.goto(`${server.url}${job}`);
  expect(answer?.status()).toBe(404);
  await context.close();
  await otherContext.close();
});

test("a viewer sees, and is told why they cannot", async ({ server, browser }) => {
  const [link] = await invite(server, [["looker", ["viewer"]]]);
  const [page, , context] = await join(browser, link!);
  await at(page, "/devices");
  const refresh = page.getByRole("button", { name: "Refresh Cache" });
  await expect(refresh).toHaveAttribute("aria-disabled", "true");
  await expect(refresh).toHaveAttribute("title", "Your role doesn't let you refresh the cache.");
  const imports = page.getByRole("link", { name: "Import devices" });
  await expect(imports).toHaveAttribute("aria-disabled", "true");
  await expect(imports).toHaveAttribute("title", /^Only operators of all org units may import/);
  await page.getByRole("checkbox", { name: "Select NORTH1", exact: true }).check();
  await actions(page).press("Enter");
  const item = page.getByRole("menuitem", { name: /^Deprovision/ });
  await expect(item).toHaveAttribute("aria-disabled", "true");
  await expect(page.getByRole("menu")).toContainText("not yours to change");
  await axe(page);
  await screenshot(page, "viewer-actions");
  await context.close();
});

test("an administrator invites, changes roles and disables", async ({ server, browser }) => {
  const [link] = await invite(server, [["ada", ["administrator"]]]);
  const [page, key, context] = await join(browser, link!);
  await page.locator(".account summary").press("Enter");
  await page.getByRole("link", { name: "Operators" }).press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Operators");
  await page.getByLabel("Login").fill("tech@school.example");
  await page.getByLabel("Runs jobs in").last().fill("/North\n/South");
  await page.getByRole("button", { name: "Invite an operator" }).press("Enter");
  await expect(page.getByText("tech@school.example is invited")).toBeVisible();
  const path = (await page.locator("#link").innerText()).trim();
  expect(path).toMatch(/^\/set-up\/[\w-]{43}$/);
  await everyLook(page, "operators");

  const [theirs, , theirContext] = await join(browser, `${server.url}${path}`);
  await at(theirs, "/devices");
  await expect(theirs.getByRole("checkbox", { name: /^Select SOUTH/ })).toHaveCount(2);

  await page.getByText("Change roles", { exact: true }).last().press("Enter");
  const row = page.getByRole("row", { name: /tech@school.example/ });
  await row.getByLabel("Runs jobs in").fill("/North");
  await row.getByRole("button", { name: "Save roles" }).press("Enter");
  await expect(page.getByText(/has other roles now/)).toBeVisible();
  // Their session has ended: the page of before asks to sign in.
  await theirs.reload();
  await expect(theirs).toHaveURL(/\/sign-in/);

  await page.getByRole("button", { name: "Disable tech@school.example" }).press("Enter");
  await expect(page.getByText(/is disabled, and their jobs are paused/)).toBeVisible();
  expect(key).not.toBe("");
  await theirContext.close();
  await context.close();
});
