// Operators: set up by a link, sign in by password and code, sign out, and a session that
// ends in the middle of work.

import type { BrowserContext, Page } from "@playwright/test";

import { acknowledge, dialog, execute, heading, next, openPanel, tick } from "./deprovision.ts";
import { axe, expect, hydrated, screenshot, type Server, sunset, test } from "./fixtures.ts";
import { code } from "./support/totp.ts";

test.use({ importFile: "grid.csv" });

const LOGIN = "ada@school.example";
const PASSWORD = "four small green lamps";

// Chromium says what a sign-out has cleared.
test.beforeEach(({ allowConsole }) => allowConsole(/Clear-Site-Data/));

/** Invites an operator on the host, and returns the link to set up. */
async function invite(server: Server, login: string): Promise<string> {
  // One process at a time has an SQLite file.
  await server.stop();
  const address = new URL(server.url).host;
  const told = await sunset(
    ...["operator", "create", "--admin", "--role", "operator", login],
    ...["--database", server.database, "--listen", address],
  );
  await server.start();
  return told.trim().split("\n").at(-1)!;
}

/** Sets up the account of this link; returns the authenticator's key and recovery codes. */
async function setUp(page: Page, link: string): Promise<{ key: string; codes: string[] }> {
  await page.goto(link);
  const key = await page.locator(".entrance__key").innerText();
  await page.getByLabel("New password", { exact: true }).fill(PASSWORD);
  await page.getByLabel("Repeat the new password").fill(PASSWORD);
  await page.getByLabel("Code that the app shows").fill(code(key));
  await page.getByRole("button", { name: "Set up account" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Keep your recovery codes");
  return { key, codes: await page.getByRole("listitem").allInnerTexts() };
}

async function signIn(page: Page, typed: string): Promise<void> {
  await page.getByLabel("Login").fill(LOGIN);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByLabel("Code").fill(typed);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Ends all sessions but one that begins in a browser of its own. */
async function endSessions(context: BrowserContext, server: Server, typed: string): Promise<void> {
  const page = await context.newPage();
  await page.goto(`${server.url}/account`);
  await signIn(page, typed);
  await page.getByRole("button", { name: "Sign out everywhere else" }).click();
  await expect(page.getByRole("button", { name: "Sign out everywhere else" })).toBeHidden();
  await page.close();
}

test("an operator sets up an account and signs in, by keyboard alone", async ({
  page,
  server,
  allowRequest,
  allowConsole,
}) => {
  allowRequest(/\/(sign-in|set-up)/);
  allowConsole(/422/);
  const link = await invite(server, LOGIN);
  await page.goto("/devices?q=GRID");
  await expect(page).toHaveURL(/\/sign-in\?return=%2Fdevices%3Fq%3DGRID$/);

  await page.goto(link);
  await axe(page);
  await screenshot(page, "set-up");
  const key = await page.locator(".entrance__key").innerText();
  await page.getByLabel("Login").focus();
  await page.keyboard.press("Tab");
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Tab");
  await page.keyboard.type(`${PASSWORD}s`);
  await page.keyboard.press("Tab");
  await page.keyboard.type(code(key));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert")).toContainText("not the same");
  await axe(page);
  await page.getByLabel("New password", { exact: true }).focus();
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Tab");
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Tab");
  await page.keyboard.type(code(key));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("listitem")).toHaveCount(10);
  await axe(page);
  await screenshot(page, "recovery-codes");
  await page.getByRole("link", { name: "Continue to Sunset" }).focus();
  await page.keyboard.press("Enter");
  await hydrated(page);
  await expect(page.getByRole("banner")).toContainText(LOGIN);

  const account = page.locator(".account summary");
  await account.focus();
  await page.keyboard.press("Enter");
  const out = page.getByRole("button", { name: "Sign out" });
  await expect(out).toBeVisible();
  await axe(page);
  await screenshot(page, "account-menu-signed-in");
  await out.focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/sign-in$/);
  await page.goBack();
  await expect(page).toHaveURL(/\/sign-in/);

  await page.goto("/devices?q=GRID");
  await axe(page);
  await screenshot(page, "sign-in");
  await expect(page.getByLabel("Login")).toBeFocused();
  await page.keyboard.type(LOGIN);
  await page.keyboard.press("Tab");
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Tab");
  await page.keyboard.type("000000");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert")).toContainText("is wrong");
  await expect(page.getByLabel("Login")).toHaveValue(LOGIN);
  await axe(page);
  await screenshot(page, "sign-in-wrong");
  await page.getByLabel("Password").focus();
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Tab");
  // The present one was used to set up.
  await page.keyboard.type(code(key, 1));
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/devices\?q=GRID$/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Device Search");
});

test("the account lists sessions and fits on a phone", async ({ page, server }) => {
  const link = await invite(server, LOGIN);
  await setUp(page, link);
  await page.goto("/account");
  await expect(page.getByRole("row")).toHaveCount(2);
  await expect(page.getByRole("cell", { name: "This browser" })).toBeVisible();
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await axe(page);
  }
  await screenshot(page, "account-page");
  await page.setViewportSize({ width: 320, height: 640 });
  await axe(page);
  await screenshot(page, "account-page-320");
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(wide).toBeLessThanOrEqual(320);
});

test("a session that ends in the middle asks on top, and nothing is lost", async ({
  page,
  server,
  browser,
  allowRequest,
  allowConsole,
}) => {
  allowRequest(/\/(api|events|sign-in)/);
  allowConsole(/401|422/);
  const { key, codes } = await setUp(page, await invite(server, LOGIN));
  await tick(page, ["GRID0000", "GRID0001"]);
  await openPanel(page);
  await acknowledge(page);
  await page.getByRole("radio", { name: "Retiring from fleet", exact: true }).check();

  const elsewhere = await browser.newContext();
  await endSessions(elsewhere, server, code(key, 1));
  await elsewhere.close();

  const ask = page.getByRole("dialog", { name: "Sign in again" });
  await expect(ask).toBeVisible({ timeout: 20_000 });
  await axe(page);
  await screenshot(page, "session-ended");
  await expect(ask.getByLabel("Login")).toHaveValue(LOGIN);
  await expect(ask.getByLabel("Password")).toBeFocused();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await expect(ask).toBeVisible();
  await ask.getByLabel("Password").fill("wrong");
  await ask.getByLabel("Code").fill(codes[0]!);
  await page.keyboard.press("Enter");
  await expect(ask.getByRole("alert")).toContainText("is wrong");
  await ask.getByLabel("Password").fill(PASSWORD);
  await ask.getByLabel("Code").fill(codes[0]!);
  await page.keyboard.press("Enter");
  await expect(ask).toBeHidden();

  await next(page).click();
  await expect(heading(page, "Execute")).toBeFocused();
  await execute(page).click();
  await expect(heading(page, "Completed successfully")).toBeVisible();
  await expect(dialog(page)).toContainText("2");
});

test("somebody else who signs in there finds nothing of the one before", async ({
  page,
  server,
  browser,
  allowRequest,
  allowConsole,
}) => {
  allowRequest(/\/(api|events|sign-in)/);
  allowConsole(/401/);
  const { key } = await setUp(page, await invite(server, LOGIN));
  const other = await browser.newContext();
  const bob = await setUp(await other.newPage(), await invite(server, "bob"));
  await other.close();
  await tick(page, ["GRID0000"]);
  await expect(page.getByText("1 selected")).toBeVisible();

  const elsewhere = await browser.newContext();
  await endSessions(elsewhere, server, code(key, 1));
  await elsewhere.close();
  const ask = page.getByRole("dialog", { name: "Sign in again" });
  await expect(ask).toBeVisible({ timeout: 20_000 });
  await ask.getByLabel("Login").fill("bob");
  await ask.getByLabel("Password").fill(PASSWORD);
  await ask.getByLabel("Code").fill(bob.codes[0]!);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("banner")).toContainText("bob");
  await hydrated(page);
  await expect(page.getByText("1 selected")).toBeHidden();
});
