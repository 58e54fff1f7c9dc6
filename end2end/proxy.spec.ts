// The console at a public address, behind nginx as it is recommended: a person signs in and
// works there as on the computer itself.

import { deprovision } from "./deprovision.ts";
import { expect, hydrated, live, sunset, test } from "./fixtures.ts";
import { Nginx } from "./support/nginx.ts";
import { code } from "./support/totp.ts";

/** Another one in each of the processes that run tests. */
const PORT = 20_000 + (process.pid % 10_000);
const ROOT = `https://sunset.example:${PORT}`;
const PASSWORD = "four small green lamps";

test.use({
  importFile: "grid.csv",
  ignoreHTTPSErrors: true,
  serverArgs: ["--demo-devices", "0", "--public-url", ROOT, "--trusted-proxy", "127.0.0.1"],
  launchOptions: async ({ launchOptions }, use) => {
    const args = [
      ...(launchOptions.args ?? []),
      "--host-resolver-rules=MAP sunset.example 127.0.0.1",
    ];
    await use({ ...launchOptions, args });
  },
});

test("a person signs in and works through a proxy", async ({
  page,
  server,
  context,
  allowConsole,
}) => {
  // Chromium says what a sign-out has cleared.
  allowConsole(/Clear-Site-Data/);
  await server.stop();
  const told = await sunset(
    ...["operator", "create", "--admin", "--role", "operator", "ada"],
    ...["--database", server.database, "--public-url", ROOT],
  );
  await server.start();
  const nginx = new Nginx();
  try {
    await nginx.start(PORT, new URL(server.url).host);
    const link = told.trim().split("\n").at(-1)!;
    expect(link).toContain(`${ROOT}/set-up/`);
    await page.goto(link);
    const key = await page.locator(".entrance__key").innerText();
    await page.getByLabel("New password", { exact: true }).fill(PASSWORD);
    await page.getByLabel("Repeat the new password").fill(PASSWORD);
    await page.getByLabel("Code that the app shows").fill(code(key));
    await page.getByRole("button", { name: "Set up account" }).click();
    await page.getByRole("link", { name: "Continue to Sunset" }).click();
    await hydrated(page);
    const cookies = await context.cookies();
    expect(cookies.map(({ name, secure, httpOnly }) => [name, secure, httpOnly]).sort()).toEqual([
      ["__Host-sunset", true, true],
      ["__Host-sunset-device", true, true],
    ]);
    await expect(page.getByText("Available on this computer only.")).toBeHidden();

    // A job, told of as it goes.
    await page.goto(`${ROOT}/devices`);
    await hydrated(page);
    await live(page);
    await page.getByRole("checkbox", { name: "Select GRID0000", exact: true }).check();
    await deprovision(page);
    await page.getByRole("button", { name: "Close" }).click();

    // A file that is larger than what a proxy keeps in memory.
    await page.goto(`${ROOT}/import`);
    await hydrated(page);
    const rows = Array.from({ length: 60_000 }, (_, at) => `PROXY${at},ACTIVE,/School`);
    await page.getByLabel("Choose or drop a CSV file").setInputFiles({
      name: "devices.csv",
      mimeType: "text/csv",
      buffer: Buffer.from(["Serial number,Status,Org unit", ...rows].join("\n")),
    });
    await expect(page.getByRole("button", { name: "Import 60,000 devices" })).toBeVisible();
    await page.getByRole("button", { name: "Cancel" }).click();
    await expect(page.getByLabel("Choose or drop a CSV file")).toBeVisible();

    await page.locator(".account summary").click();
    await page.getByRole("button", { name: "Sign out" }).click();
    await expect(page).toHaveURL(`${ROOT}/sign-in`);
    await page.goto(`${ROOT}/jobs`);
    await expect(page).toHaveURL(`${ROOT}/sign-in?return=%2Fjobs`);
  } finally {
    await page.goto("about:blank");
    await nginx.stop();
  }
});
