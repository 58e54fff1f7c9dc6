// An API token: from the account page to a script, and its end.

import { expect, test } from "./fixtures.ts";
import { everyLook } from "./looks.ts";
import { invite, join } from "./people.ts";

test.use({ importFile: "grid.csv" });

test("a script reads with a token until it is revoked", async ({ server, browser }) => {
  const [link] = await invite(server, [["ada", ["viewer"]]]);
  const [page, , context] = await join(browser, link!);
  await page.goto(new URL("/account", page.url()).href);
  const name = page.getByRole("textbox", { name: "Name", exact: true });
  await name.fill("Inventory sync");
  await expect(page.getByRole("combobox", { name: "Valid for" })).toHaveValue("90");
  await name.press("Enter");
  await expect(page.getByText("Copy the token now: it is not shown again.")).toBeVisible();
  const token = await page.locator("#new-token").innerText();
  await everyLook(page, "tokens");

  const ask = (path: string) =>
    fetch(new URL(path, server.url), { headers: { Authorization: `Bearer ${token}` } });
  const listed = await (await ask("/api/v1/devices?size=25")).json();
  expect(listed.total).toBe(130);
  expect(listed.devices).toHaveLength(25);

  await page.goto(new URL("/account", page.url()).href);
  await expect(page.getByText(token)).toHaveCount(0);
  const row = page.getByRole("row", { name: /Inventory sync/ });
  await expect(row).toContainText("127.0.0.1");
  await row.getByRole("button", { name: "Revoke: Inventory sync" }).press("Enter");
  await expect(row).toHaveCount(0);
  const refused = await ask("/api/v1/devices");
  expect(refused.status).toBe(401);
  expect((await refused.json()).detail).toBe("This API token was revoked, or its time is over.");
  await context.close();
});
