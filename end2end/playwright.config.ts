// Every test runs on SQLite, and what the database keeps on Postgres as well.
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

// What people do that the database keeps, from its first operator to the end of a job. How a
// page looks is the same code whatever the database, and that both answer every question alike
// is shown by `tests/server/`.
const onPostgres = [
  "approvals",
  "audit",
  "import",
  "jobs",
  "panel",
  "roles",
  "selection",
  "sign-in",
  "smoke",
  "sso",
  "steering",
  "tokens",
  "views",
].map((name) => `**/${name}.spec.ts`);

// Recording takes a copy of the page around each step, which would be measured too. Where a test
// that failed is run again, the second run is recorded.
const trace = process.stdout.isTTY ? "retain-on-failure" : "on-first-retry";
const recorded = process.env["SUNSET_FELT"] ? "off" : trace;

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
    trace: recorded,
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: process.env["CHROMIUM_PATH"] || undefined,
      args: browserArgs,
    },
  },
  projects: [
    { name: "sqlite", use: { database: "sqlite" } },
    { name: "postgres", testMatch: onPostgres, use: { database: "postgres" } },
  ],
});
