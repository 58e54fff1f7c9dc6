// A directory over the network, and what every screen says when it is lost. The
// simulated one answers as Google's does; what goes wrong with it is up to the test.

import type { Page } from "@playwright/test";

import {
  acknowledge,
  acknowledgement,
  dialog,
  execute,
  heading,
  next,
  openPanel,
} from "./deprovision.ts";
import { axe, expect, hydrated, screenshot, type Server, test } from "./fixtures.ts";

test.use({ serverArgs: ["--rehearsal", "--demo-devices", "60"] });

/** Where the simulated directory can be told what to do. */
function control(server: Server): string {
  const root = /directory is at (http:\/\/[\d.:]+)/.exec(server.log())?.[1];
  expect(root).toBeDefined();
  return `${root}/control`;
}

async function send(url: string, method: string, body: unknown): Promise<void> {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(url, { method, headers, body: JSON.stringify(body) });
  expect(answer.status).toBe(204);
}

/** Changes what the simulated directory is like. */
async function set(server: Server, change: Record<string, unknown>): Promise<void> {
  const url = `${control(server)}/settings`;
  const settings = await (await fetch(url)).json();
  await send(url, "PUT", { ...settings, ...change });
}

/** From the list to the last step, with two devices. */
async function review(page: Page): Promise<void> {
  await page.goto("/devices?status=ACTIVE&sort=-last_sync");
  await hydrated(page);
  for (const row of [1, 2]) {
    await page.getByRole("row").nth(row).getByRole("checkbox").check();
  }
  await openPanel(page);
  await acknowledge(page);
  await page.getByRole("radio", { name: "Retiring from fleet" }).check();
  await next(page).click();
}

test("a right that is lost is said on every screen, and nothing is begun meanwhile", async ({
  page,
  server,
}) => {
  await page.goto("/devices?status=ACTIVE");
  await hydrated(page);
  const refresh = page.getByRole("button", { name: "Refresh Cache" });
  await page.getByRole("row").nth(1).getByRole("checkbox").check();
  const banner = page.getByText(/^Directory connection is down since .* UTC\./);
  await expect(banner).toBeHidden();

  await set(server, { no_rights: true });
  await refresh.click();
  await expect(banner).toContainText("Manage ChromeOS Devices");
  await screenshot(page, "directory-down");
  await axe(page);

  await page.getByRole("button", { name: /^Actions/ }).click();
  const item = page.getByRole("menuitem", { name: /^Deprovision/ });
  await expect(item).toHaveAttribute("aria-disabled", "true");
  await expect(item).toHaveAccessibleDescription(/^Directory connection is down\. /);
  await page.keyboard.press("Escape");

  await page.getByRole("link", { name: "Jobs" }).click();
  await expect(page.getByRole("heading", { name: "Jobs", level: 1 })).toBeVisible();
  await expect(banner).toBeVisible();
  await page.reload();
  await expect(banner).toBeVisible();

  await set(server, { no_rights: false });
  await page.getByRole("navigation").getByRole("link", { name: "Device Search" }).click();
  await refresh.click();
  await expect(banner).toBeHidden();
  await page.getByRole("button", { name: /^Actions/ }).click();
  await expect(item).not.toHaveAttribute("aria-disabled", "true");
});

test("devices are erased once they are deprovisioned, if that is asked for", async ({ page }) => {
  await page.goto("/devices?status=ACTIVE&sort=-last_sync");
  await hydrated(page);
  for (const row of [1, 2]) {
    await page.getByRole("row").nth(row).getByRole("checkbox").check();
  }
  await openPanel(page);
  const powerwash = dialog(page).getByRole("checkbox", { name: /^Also powerwash/ });
  await expect(powerwash).not.toBeChecked();
  await expect(powerwash).toHaveAccessibleDescription(
    /deprovisioned first, then gets a powerwash command/,
  );
  await powerwash.check();
  await screenshot(page, "panel-powerwash");
  await axe(page);
  // Off until it is asked for: also after a reload.
  await page.reload();
  await expect(heading(page, "Acknowledge device deprovisioning")).toBeVisible();
  await expect(powerwash).not.toBeChecked();
  await expect(acknowledgement(page)).not.toBeChecked();
  await powerwash.check();
  await acknowledge(page);
  await page.getByRole("radio", { name: "Retiring from fleet" }).check();
  await next(page).click();
  await expect(dialog(page)).toContainText("Each device, once it is deprovisioned");
  await expect(execute(page)).toHaveText("Execute: deprovision and powerwash 2 devices");
  await execute(page).click();
  await expect(heading(page, "Completed successfully")).toBeVisible();
  await expect(dialog(page)).toContainText("Powerwash ordered for 2");
  await dialog(page).getByRole("link", { name: "View devices" }).click();
  const table = page.getByRole("table", { name: "Devices of the job" });
  await expect(table.getByRole("columnheader", { name: "Powerwash" })).toBeVisible();
  await expect(table.getByRole("cell", { name: /^(Sent|Erased)$/ })).toHaveCount(2);
  await screenshot(page, "job-powerwash");
  await axe(page);
});

test("every page says that the devices are made up, before any script", async ({
  page,
  server,
}) => {
  for (const path of ["/devices", "/jobs"]) {
    const answer = await (await fetch(`${server.url}${path}`)).text();
    expect(answer).toContain('data-fleet="made-up"');
    await page.goto(path);
    const said = page.locator(".nav__note");
    const before = await said.evaluate((note) => getComputedStyle(note, "::before").content);
    expect(before).toContain("Demo data.");
  }
});

test("a directory that asks to wait is waited for, and the panel says so", async ({
  page,
  server,
}) => {
  await review(page);
  const busy = { method: "batchChangeStatus", fault: "rate-limit", value: 6 };
  await send(`${control(server)}/faults`, "POST", busy);
  await execute(page).click();
  await expect(dialog(page)).toContainText(
    /The directory is limiting requests\. Retrying in \d seconds\./,
  );
  await screenshot(page, "job-slowed");
  await expect(heading(page, "Completed successfully")).toBeVisible({ timeout: 30_000 });
});

test("a job that the directory refuses is paused with the reason, and goes on when it is mended", async ({
  page,
  server,
}) => {
  await review(page);
  await set(server, { no_rights: true });
  await execute(page).click();
  await expect(dialog(page)).toContainText("Google rejected the request");
  await expect(dialog(page)).toContainText("0 of 2");
  await screenshot(page, "job-refused");
  await axe(page);

  await set(server, { no_rights: false });
  await dialog(page).getByRole("button", { name: "Resume" }).click();
  await expect(heading(page, "Completed successfully")).toBeVisible({ timeout: 30_000 });
});

test("what changes before the page listens is shown once it does", async ({ page, server }) => {
  let listen = () => {};
  const listening = new Promise<void>((resolve) => {
    listen = resolve;
  });
  await page.route("**/events", async (route) => {
    await listening;
    await route.continue();
  });
  await page.goto("/devices?status=ACTIVE&sort=serial");
  await hydrated(page);
  const row = page.getByRole("row").nth(1);
  await expect(row.getByRole("checkbox")).toBeVisible();
  const id = (await row.getByRole("rowheader").getByRole("link").getAttribute("href"))
    ?.split("/")
    .pop();

  await send(`${control(server)}/devices/${id}`, "POST", { move: "/Elsewhere" });
  const refreshed = await page.request.post("/api/cache/refresh", { data: {} });
  expect(refreshed.status()).toBe(200);
  const state = async () => {
    const answer = await page.request.post("/api/cache/state", { data: {} });
    return (await answer.json()).last.changed;
  };
  await expect.poll(state).toBe(1);
  await expect(row).not.toContainText("/Elsewhere");
  listen();
  await expect(row).toContainText("/Elsewhere");
});

test("rows keep their places while something is ticked, and show what they are now", async ({
  page,
  server,
}) => {
  await page.goto("/devices?status=ACTIVE&sort=serial");
  await hydrated(page);
  const rows = page.getByRole("row");
  const serial = (row: number) => rows.nth(row).getByRole("rowheader");
  const [first, second] = [await serial(1).innerText(), await serial(2).innerText()];
  await rows.nth(2).getByRole("checkbox").check();
  const href = await serial(1).getByRole("link").getAttribute("href");

  const refresh = async () => {
    const refreshed = await page.request.post("/api/cache/refresh", { data: {} });
    expect(refreshed.status()).toBe(200);
  };
  await send(`${control(server)}/devices/${href?.split("/").pop()}`, "POST", "deprovision");
  await refresh();
  await expect(rows.nth(1)).toContainText("Deprovisioned");
  await expect(serial(1)).toHaveText(first);
  await expect(page.getByText("The list has changed")).toBeVisible();
  await screenshot(page, "rows-held");
  await axe(page);

  await page.getByRole("button", { name: "Refresh list" }).click();
  await expect(serial(1)).toHaveText(second);
  await expect(rows.nth(1).getByRole("checkbox")).toBeChecked();
  await expect(page.getByText("The list has changed")).toBeHidden();

  // With nothing ticked, the list is as it is.
  await rows.nth(1).getByRole("checkbox").uncheck();
  const next = (await serial(1).getByRole("link").getAttribute("href"))?.split("/").pop();
  await send(`${control(server)}/devices/${next}`, "POST", "deprovision");
  await refresh();
  await expect(serial(1)).not.toHaveText(second);
});

test.describe("without devices", () => {
  test.use({ serverArgs: ["--rehearsal", "--demo-devices", "1"] });

  test("an empty list and an empty overview say that a refresh brings them", async ({
    page,
    server,
  }) => {
    await expect(async () => {
      const csv = await (await page.request.get("/devices/export.csv")).text();
      const id = /^"([0-9a-f-]{36})"/m.exec(csv)?.[1];
      const answer = await fetch(`${control(server)}/devices/${id}`, { method: "DELETE" });
      expect(answer.status).toBe(204);
    }).toPass();
    await page.goto("/devices");
    await hydrated(page);
    await page.getByRole("button", { name: "Refresh Cache" }).click();

    const main = page.getByRole("main");
    const empty = main.locator(".empty", { has: page.getByText("No devices yet") });
    await expect(empty).toContainText("A refresh brings them here.");
    await expect(page.getByRole("link", { name: "Upload a CSV" })).toBeHidden();
    await axe(page);
    await screenshot(page, "no-devices-google");
    await page.goto("/overview");
    await hydrated(page);
    await axe(page);
    await screenshot(page, "overview-no-devices-google");
    await empty.getByRole("button", { name: "Refresh Cache" }).click();
    await expect(page.getByText(/^Cache refreshed: 0 devices read/).first()).toBeVisible();
  });
});
