// Jobs and devices, each at an address of its own, with and without a script.

import { deprovision, dialog, notifications, tick } from "./deprovision.ts";
import { axe, expect, hydrated, screenshot, test } from "./fixtures.ts";

test.use({ importFile: "grid.csv" });

test("without a job the list says how one begins", async ({ page }) => {
  await page.goto("/jobs");
  await hydrated(page);
  await expect(page.getByText("No jobs yet.")).toBeVisible();
  await axe(page);
});

test("each count of a job leads to exactly those devices", async ({ page }) => {
  await tick(page, ["GRID0000", "GRID0001", "GRID0007"]);
  await deprovision(page);
  await page.getByRole("button", { name: "OK" }).click();
  await expect(dialog(page)).toBeHidden();

  await page.getByRole("link", { name: "Jobs", exact: true }).click();
  await axe(page);
  await screenshot(page, "jobs");
  await page.getByRole("link", { name: "1 Skipped of job 1" }).click();
  await expect(page).toHaveURL(/\/jobs\/[^?]+\?state=skipped$/);
  await expect(page).toHaveTitle("Job #1 – Sunset");
  await expect(page.getByRole("heading", { level: 1, name: "Job #1" })).toBeFocused();
  await expect(page.getByRole("rowheader")).toHaveText(["GRID0007"]);
  await expect(page.getByRole("row").last()).toContainText("already deprovisioned");

  await page.getByRole("link", { name: "Deprovisioned 2" }).click();
  await expect(page.getByRole("rowheader")).toHaveText(["GRID0000", "GRID0001"]);
  await expect(page.getByRole("link", { name: "Deprovisioned 2" })).toHaveAttribute(
    "aria-current",
    "true",
  );
  await axe(page);
  await screenshot(page, "job");

  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download results" }).click();
  expect((await download).suggestedFilename()).toMatch(/\.csv$/);
});

test("a device tells its rule, its jobs, and can be ticked there", async ({ page }) => {
  await tick(page, ["GRID0000"]);
  await deprovision(page);
  await page.getByRole("link", { name: "View devices" }).click();
  await page.getByRole("link", { name: "GRID0000" }).click();

  await expect(page.getByRole("heading", { level: 1, name: "Device GRID0000" })).toBeFocused();
  await expect(page.getByText("The device is already deprovisioned.")).toBeVisible();
  await expect(page.getByRole("link", { name: "Job #1" })).toBeVisible();
  await expect(page.getByText("Retiring from fleet")).toBeVisible();
  await notifications(page).getByRole("button", { name: "Dismiss" }).click();
  await page.getByRole("button", { name: "Add to selection" }).click();
  await expect(notifications(page).getByRole("status")).toHaveText(
    "GRID0000 added. 1 device selected.",
  );
  await axe(page);
  await screenshot(page, "device");

  await page.getByRole("link", { name: "Device Search", exact: true }).click();
  await expect(page.getByRole("checkbox", { name: "Select GRID0000" })).toBeChecked();
});

test("an address that makes no sense is said with its status", async ({ page, allowRequest }) => {
  allowRequest(/jobs|devices|nowhere/);
  const cases: [string, number, string][] = [
    ["/jobs/none", 404, "was not found"],
    ["/jobs?page=none", 422, "page=none: no such page"],
    ["/devices/none", 404, "was not found"],
    ["/nowhere", 404, "We can't find that page."],
  ];
  for (const [address, status, text] of cases) {
    const response = await page.goto(address);
    expect(response?.status(), address).toBe(status);
    await expect(page.getByRole("main"), address).toContainText(text);
    await hydrated(page);
    await axe(page);
  }
  await page.getByRole("link", { name: "Go to Device Search" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Device Search" })).toBeFocused();
});

test("jobs and devices read without a script", async ({ browser, page, server, guard }) => {
  await tick(page, ["GRID0000", "GRID0007"]);
  await deprovision(page);
  await expect(page.getByRole("button", { name: "OK" })).toBeVisible();

  // The browser says what it was told: no scripts.
  guard.allowConsole(/was preloaded/);
  guard.allowRequest(/\/pkg\//);
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: server.url });
  await guard.watch(context);
  const still = await context.newPage();
  await still.goto("/jobs");
  await still.getByRole("link", { name: "#1" }).click();
  await expect(still.getByText("Completed successfully")).toBeVisible();
  await still.getByRole("link", { name: "Skipped 1" }).click();
  await expect(still.getByRole("rowheader")).toHaveText(["GRID0007"]);
  await still.getByRole("link", { name: "GRID0007" }).click();
  await expect(still.getByRole("heading", { level: 1 })).toHaveText("Device GRID0007");
  await context.close();
});
