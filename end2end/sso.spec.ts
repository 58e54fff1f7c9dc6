// Signing in with an identity provider, and what is left when it does not answer.

import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Page } from "@playwright/test";

import { axe, expect, hydrated, screenshot, type Server, sunset, test } from "./fixtures.ts";
import { CLIENT_ID, CLIENT_SECRET, IdentityProvider, issuer } from "./support/provider.ts";
import { code } from "./support/totp.ts";

/** Another one in each of the processes that run tests. */
const PORT = 30_000 + (process.pid % 10_000);
const LOGIN = "ada@school.example";
const PASSWORD = "four small green lamps";

const SECRET_FILE = join(mkdtempSync(join(tmpdir(), "sunset-sso-")), "secret");
writeFileSync(SECRET_FILE, CLIENT_SECRET, { mode: 0o600 });

test.use({
  importFile: "grid.csv",
  serverArgs: [
    ...["--demo-devices", "0", "--oidc-issuer", issuer(PORT), "--oidc-client-id", CLIENT_ID],
    ...["--oidc-client-secret", SECRET_FILE, "--oidc-name", "School ID"],
  ],
});

const provider = new IdentityProvider();

// Chromium says what a sign-out has cleared, and of the provider's own pages what it likes.
test.beforeEach(({ allowConsole, allowRequest }) => {
  allowConsole(/Clear-Site-Data|autocomplete attributes/);
  allowRequest(new RegExp(`^${issuer(PORT)}/|fonts[.]googleapis|/sign-in|/operators`));
});

test.afterEach(() => provider.stop());

/** Invites operators on the host, and returns what was said of the last one. */
async function invite(server: Server, ...people: string[][]): Promise<string> {
  // One process at a time has an SQLite file.
  await server.stop();
  let told = "";
  for (const arguments_ of people) {
    told = await sunset(
      ...["operator", "create", ...arguments_],
      ...["--database", server.database, "--listen", new URL(server.url).host],
    );
  }
  await provider.start(PORT, server.url);
  await server.start();
  return told.trim().split("\n").at(-1)!;
}

const withProvider = (page: Page) => page.getByRole("link", { name: "Sign in with School ID" });

/** Signs in at the provider, whose own pages ask for a name, and whether that is fine. */
async function atProvider(page: Page, name: string): Promise<void> {
  await page.locator("input[name=login]").fill(name);
  await page.locator("input[name=password]").fill("anything");
  await page.getByRole("button", { name: "Sign-in" }).click();
  await page.getByRole("button", { name: "Continue" }).click();
}

test("somebody who was invited signs in with the provider and goes on", async ({
  page,
  server,
  allowConsole,
}) => {
  allowConsole(/422|401/);
  const told = await invite(server, ["--sso", "--admin", "--role", "operator", LOGIN]);
  expect(told).toBe(`${server.url}/sign-in`);
  await page.goto("/devices?q=GRID");
  await axe(page);
  await screenshot(page, "sign-in-with-provider");
  await withProvider(page).click();
  await atProvider(page, LOGIN);

  // An authenticator, and no password.
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Set up your account");
  await expect(page.getByLabel("New password", { exact: true })).toBeHidden();
  await axe(page);
  await screenshot(page, "set-up-with-provider");
  const key = await page.locator(".entrance__key").innerText();
  await page.getByLabel("Code that the app shows").fill(code(key));
  await page.getByRole("button", { name: "Set up account" }).click();
  await expect(page.getByRole("listitem")).toHaveCount(10);
  const recovery = await page.getByRole("listitem").allInnerTexts();
  await page.getByRole("link", { name: "Continue to Sunset" }).click();
  await hydrated(page);
  await expect(page.getByRole("banner")).toContainText(LOGIN);

  // Out, and in again: the provider still knows them, and they go where they wanted to.
  await page.locator(".account summary").click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.goto("/devices?q=GRID");
  await withProvider(page).click();
  await expect(page).toHaveURL(/\/devices\?q=GRID$/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Device Search");
  await hydrated(page);

  // The code alone opens the page of the operators.
  await page.goto("/operators");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Confirm that it is you");
  await axe(page);
  await screenshot(page, "confirm-with-provider");
  await page.getByLabel("Code").fill("000000");
  await page.getByRole("button", { name: "Confirm" }).click();
  await expect(page.getByRole("alert")).toContainText("is wrong");
  await page.getByLabel("Code").fill(recovery[0]!);
  await page.getByRole("button", { name: "Confirm" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Operators");
  await page.getByLabel("Login").fill("bob@school.example");
  await page.getByLabel("Sees devices and jobs in").last().fill("/");
  await axe(page);
  await screenshot(page, "operators-with-provider");
  await page.getByRole("button", { name: "Invite an operator" }).click();
  await expect(page.getByRole("status")).toContainText("signs in with School ID within 7 days");
});

test("a session that ends is confirmed from another tab, and nothing is lost", async ({
  page,
  server,
  context,
  allowConsole,
  allowRequest,
}) => {
  allowRequest(/\/(api|events)/);
  allowConsole(/422|401/);
  await invite(server, ["--sso", "--admin", "--role", "operator", LOGIN]);
  await page.goto("/devices?q=GRID");
  await withProvider(page).click();
  await atProvider(page, LOGIN);
  const key = await page.locator(".entrance__key").innerText();
  await page.getByLabel("Code that the app shows").fill(code(key));
  await page.getByRole("button", { name: "Set up account" }).click();
  const recovery = await page.getByRole("listitem").allInnerTexts();
  await page.goto("/devices?q=GRID");
  await hydrated(page);
  await page.getByRole("checkbox", { name: "Select GRID0000", exact: true }).check();

  await context.clearCookies({ name: "sunset" });
  const ask = page.getByRole("dialog", { name: "Sign in again" });
  await expect(ask).toBeVisible({ timeout: 20_000 });
  await ask.getByLabel("Code").fill(recovery[0]!);
  await page.keyboard.press("Enter");
  await expect(ask.getByRole("alert")).toContainText("in another tab");
  await axe(page);

  const tab = await context.newPage();
  await tab.goto(`${server.url}/sign-in`);
  await withProvider(tab).click();
  await expect(tab).toHaveURL(/\/overview$/);
  await tab.close();
  await page.keyboard.press("Enter");
  await expect(ask).toBeHidden();
  await expect(page.getByText("1 selected")).toBeVisible();
});

test("nobody comes in who was not invited", async ({ page, server, allowConsole }) => {
  allowConsole(/403/);
  await invite(server, ["--sso", "--admin", LOGIN]);
  await page.goto("/overview");
  await withProvider(page).click();
  await atProvider(page, "student@school.example");
  await expect(page.getByRole("alert")).toContainText("you are not an operator of Sunset");
  await axe(page);
  await screenshot(page, "not-invited");
});

test("without the provider a password still works", async ({ page, server, allowConsole }) => {
  allowConsole(/503/);
  const link = await invite(server, ["--sso", LOGIN, "--role", "viewer"], ["--admin", "root"]);
  await page.goto(link);
  const key = await page.locator(".entrance__key").innerText();
  await page.getByLabel("New password", { exact: true }).fill(PASSWORD);
  await page.getByLabel("Repeat the new password").fill(PASSWORD);
  await page.getByLabel("Code that the app shows").fill(code(key));
  await page.getByRole("button", { name: "Set up account" }).click();
  await page.goto("/account");
  await page.getByRole("button", { name: "Sign out" }).click();

  // Nothing is asked of a server that is not there.
  await page.goto("about:blank");
  await provider.stop();
  await server.restart();
  await page.goto("/overview");
  await withProvider(page).click();
  await expect(page.getByRole("alert")).toContainText("with School ID does not work");
  await axe(page);
  await screenshot(page, "provider-down");
  await page.getByLabel("Login").fill("root");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByLabel("Code").fill(code(key, 1));
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL(/\/overview$/);

  // What the host does is seen on every page.
  await page.goto("about:blank");
  await server.stop();
  await sunset("operator", "reset", LOGIN, "--database", server.database);
  await server.start();
  for (const path of ["/overview", "/devices", "/account"]) {
    await page.goto(path);
    await expect(page.getByText(`The operator ${LOGIN} was reset`)).toBeVisible();
    await axe(page);
    await screenshot(page, `reset-banner${path.replaceAll("/", "-")}`);
  }
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("signing in with the provider works", async ({ page, server, allowRequest }) => {
    allowRequest(/\/pkg\//);
    await invite(server, ["--sso", "--admin", LOGIN]);
    await page.goto("/overview");
    await withProvider(page).click();
    await atProvider(page, LOGIN);
    const key = await page.locator(".entrance__key").innerText();
    await page.getByLabel("Code that the app shows").fill(code(key));
    await page.getByRole("button", { name: "Set up account" }).click();
    await page.getByRole("link", { name: "Continue to Sunset" }).click();
    await expect(page).toHaveURL(/\/overview$/);
  });
});
