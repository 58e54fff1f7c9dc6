// Every test runs on SQLite, and what depends on the database on Postgres as well.
// `cargo xtask test browser` starts it with the server, the Postgres and the browser it needs.

import { defineConfig, devices } from "@playwright/test";

import type { Options } from "./fixtures.ts";

// Root, containers and closed networks: no sandbox to set up, nobody to call home.
const browserArgs = [
  "--no-sandbox",
  "--disable-dev-shm-usage",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-quic",
  "--no-first-run",
];

// How a page looks and what its boxes and keys do: the same code whatever the database.
const sameOnBoth = [
  "accessibility",
  "account",
  "boxes",
  "drawer",
  "firefox",
  "keyboard",
  "link",
  "nojs",
  "pace",
  "phone",
  "print",
  "proxy",
  "snackbar",
  "sso",
].map((name) => `${name}.spec.ts`);

export default defineConfig<Options>({
  testDir: ".",
  // The figures of `cargo xtask felt` are not tests.
  testMatch: process.env["SUNSET_FELT"] ? "*.figures.ts" : "*.spec.ts",
  fullyParallel: true,
  workers: 2,
  // A test that fails once and then passes is listed as flaky.
  retries: process.stdout.isTTY ? 0 : 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: !process.stdout.isTTY,
  reporter: process.stdout.isTTY ? "list" : [["list", { printSteps: false }]],
  use: {
    ...devices["Desktop Chrome"],
    viewport: { width: 1280, height: 800 },
    actionTimeout: 15_000,
    navigationTimeout: 30_000,
    locale: "en-GB",
    timezoneId: "UTC",
    // Recording takes a copy of the page around each step, which would be measured too.
    trace: process.env["SUNSET_FELT"] ? "off" : "retain-on-failure",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: process.env["CHROMIUM_PATH"] || undefined,
      args: browserArgs,
    },
  },
  projects: [
    { name: "sqlite", use: { database: "sqlite" } },
    { name: "postgres", testIgnore: sameOnBoth, use: { database: "postgres" } },
  ],
});
