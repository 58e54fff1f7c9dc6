// A running job is paused, resumed and stopped, in the panel and on its own page.

import {
  acknowledge,
  deprovision,
  deprovisionPage,
  dialog,
  execute,
  giveReason,
  heading,
  openPanel,
  tick,
} from "./deprovision.ts";
import { axe, expect, hydrated, screenshot, test } from "./fixtures.ts";

test.use({ importFile: "grid.csv", serverArgs: ["--devices-per-second", "1"] });

const SIX = ["GRID0000", "GRID0001", "GRID0002", "GRID0004", "GRID0005", "GRID0006"];

test("what remains of a job is stopped, and what is done stays done", async ({ page }) => {
  await deprovisionPage(page, 25, 23);
  await expect(dialog(page)).toContainText(/[1-9] of 23/);
  await dialog(page).getByRole("button", { name: "Stop job" }).click();
  await expect(dialog(page)).toContainText(
    /already done and stay deprovisioned; \d+ will not be attempted/,
  );
  await axe(page);
  await screenshot(page, "panel-stopping");
  await dialog(page).getByRole("button", { name: "Stop" }).click();
  await expect(
    dialog(page).getByRole("heading", { name: /^Stopped: \d+ deprovisioned, \d+ not attempted/ }),
  ).toBeVisible();
  await expect(dialog(page).getByRole("button", { name: "Stop job" })).toBeHidden();
  await axe(page);
});

test("a job is paused and resumed on its page", async ({ page }) => {
  await tick(page, SIX);
  await deprovision(page);
  await expect(dialog(page)).toContainText(/[1-3] of 6/);
  await page.getByRole("link", { name: "Jobs", exact: true }).click();
  await page.getByRole("link", { name: "#1" }).click();
  await page.getByRole("button", { name: "Pause" }).click();
  await expect(page.getByText("Paused by", { exact: false }).first()).toBeVisible();
  await axe(page);
  await screenshot(page, "job-paused");
  await page.reload();
  await hydrated(page);
  await page.getByRole("button", { name: "Resume" }).click();
  await expect(page.getByText("Completed successfully", { exact: true })).toBeVisible({
    timeout: 20_000,
  });
});

test.describe("a large job", () => {
  test.use({ serverArgs: ["--confirm-above", "2", "--grace-seconds", "30"] });

  test("can be stopped before it did anything", async ({ page }) => {
    await tick(page, SIX);
    await openPanel(page);
    await acknowledge(page);
    await giveReason(page);
    await page.getByRole("textbox", { name: /^Type/ }).fill("6");
    await execute(page).click();
    await expect(dialog(page)).toContainText(/Starts in \d+ s/);
    await axe(page);
    await screenshot(page, "panel-grace");
    await dialog(page).getByRole("button", { name: "Stop job" }).click();
    await dialog(page).getByRole("button", { name: "Stop" }).click();
    await expect(heading(page, "Stopped: 0 deprovisioned, 6 not attempted")).toBeVisible();
  });
});
