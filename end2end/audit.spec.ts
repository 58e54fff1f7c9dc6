// The audit as administrators read it, and the certificate and evidence of a job.

import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join as path } from "node:path";

import { deprovision } from "./deprovision.ts";
import { axe, expect, hydrated, screenshot, sunset, test } from "./fixtures.ts";

test.use({ importFile: "schools.csv" });

test("an administrator finds what was done, and takes it away", async ({
  page,
  server,
  allowConsole,
  allowRequest,
}) => {
  allowConsole(/422/);
  allowRequest(/from=yesterday/);
  await page.goto("/devices?q=NORTH");
  await hydrated(page);
  await page.getByRole("checkbox", { name: "Select NORTH1", exact: true }).check();
  await deprovision(page);

  await page.goto("/audit");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Audit");
  const rows = page.getByRole("row");
  await expect(rows.filter({ hasText: "Started a job" })).toHaveCount(1);
  await axe(page);
  await screenshot(page, "audit");
  await page.setViewportSize({ width: 360, height: 740 });
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBeLessThanOrEqual(360);
  await page.setViewportSize({ width: 1280, height: 800 });

  // By keyboard alone.
  await page.getByRole("combobox", { name: "What" }).selectOption("Started a job");
  await page.getByRole("textbox", { name: "Who" }).fill("LOCAL");
  await page.getByRole("textbox", { name: "Who" }).press("Enter");
  await expect(page).toHaveURL(/action=job-started/);
  await expect(rows).toHaveCount(2);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download as JSON lines" }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^audit-.*\.jsonl$/);
  const answer = await page.request.get(`${server.url}/audit/export.jsonl?action=job-started`);
  const lines = (await answer.text()).trim().split("\n");
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0]!)).toMatchObject({ action: "job-started", actor: "local" });

  await page.getByLabel("From (UTC)").fill("yesterday");
  await page.getByRole("button", { name: "Show", exact: true }).press("Enter");
  await expect(page.getByRole("alert")).toHaveText("Write a day as 2026-11-30.");
});

test("a job has a certificate for paper, and evidence for a stranger", async ({ page, server }) => {
  await page.goto("/devices?q=NORTH");
  await hydrated(page);
  await page.getByRole("checkbox", { name: "Select NORTH1", exact: true }).check();
  await deprovision(page);
  await page.goto("/jobs");
  await hydrated(page);
  await page.getByRole("link", { name: "#1", exact: true }).press("Enter");
  await page.getByRole("link", { name: "Certificate and evidence" }).press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Certificate of job 1");
  await expect(page.getByText("Reason: Retiring from fleet")).toBeVisible();
  await expect(page.getByRole("row", { name: /NORTH1/ })).toContainText("Deprovisioned");
  await axe(page);
  await screenshot(page, "certificate");

  const evidence = page.getByRole("link", { name: "Download evidence" });
  const answer = await page.request.get(`${server.url}${await evidence.getAttribute("href")}`);
  expect(answer.status()).toBe(200);
  const file = path(await mkdtemp(path(tmpdir(), "evidence-")), "evidence.zip");
  await writeFile(file, await answer.body());
  const key = await page.locator("dl code").last().innerText();
  expect(await sunset("evidence", "verify", file, "--key", key)).toContain("as it was signed");

  await page.emulateMedia({ media: "print" });
  await expect(evidence).toBeHidden();
  await expect(page.getByText("Signature")).toBeVisible();
  await screenshot(page, "certificate-print");
});
