// Several people, each in a browser of their own.

import type { Browser, BrowserContext, Page } from "@playwright/test";

import { hydrated, type Server, sunset } from "./fixtures.ts";
import { code } from "./support/totp.ts";

export const PASSWORD = "four small green lamps";

/** Invites operators on the host, each with their roles, and returns their links. Approvers may
 * approve at once. */
export async function invite(server: Server, people: [string, string[]][]): Promise<string[]> {
  // One process at a time has an SQLite file.
  await server.stop();
  const links = [];
  for (const [login, roles] of people) {
    const told = await sunset(
      ...["operator", "create", login, ...roles.flatMap((role) => ["--role", role])],
      ...(roles.some((role) => role.startsWith("approver")) ? ["--approve-now"] : []),
      ...["--database", server.database, "--listen", new URL(server.url).host],
    );
    links.push(told.trim().split("\n").at(-1)!);
  }
  await server.start();
  return links;
}

/** A browser of somebody who has set up their account; returns a page and their key. */
export async function join(
  browser: Browser,
  link: string,
): Promise<[Page, string, BrowserContext]> {
  const context = await browser.newContext({ reducedMotion: "reduce" });
  const page = await context.newPage();
  await page.goto(link);
  const key = await page.locator(".entrance__key").innerText();
  await page.getByLabel("New password", { exact: true }).fill(PASSWORD);
  await page.getByLabel("Repeat the new password").fill(PASSWORD);
  await page.getByLabel("Code that the app shows").fill(code(key));
  await page.getByLabel("Code that the app shows").press("Enter");
  await page.getByRole("link", { name: "Continue to Sunset" }).press("Enter");
  await hydrated(page);
  return [page, key, context];
}

export async function at(page: Page, path: string): Promise<void> {
  await page.goto(new URL(path, page.url()).href);
  await hydrated(page);
}
