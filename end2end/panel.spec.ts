// The side panel, step by step: what it says, where the focus is, and every way out.

import {
  acknowledge,
  acknowledgement,
  actions,
  deprovision,
  deprovisionPage,
  dialog,
  execute,
  giveReason,
  heading,
  next,
  notifications,
  openPanel,
  tick,
} from "./deprovision.ts";
import { axe, expect, hydrated, screenshot, test, live } from "./fixtures.ts";

test.use({ importFile: "grid.csv" });

const THREE = ["GRID0000", "GRID0001", "GRID0002"];

test("a selection is deprovisioned step by step", async ({ page }) => {
  await tick(page, [...THREE, "GRID0007"], "?sort=serial");
  await openPanel(page);
  await expect(page).toHaveTitle("Step 1 of 3: Acknowledge – Deprovision – Device Search – Sunset");
  await expect(dialog(page)).toHaveAccessibleName("Deprovision 3 devices");
  await expect(dialog(page)).toContainText("Will be deprovisioned3");
  await expect(dialog(page)).toContainText("Skipped1");
  await dialog(page).getByText("Why devices will be skipped").click();
  await expect(dialog(page)).toContainText("1 device: The device is already deprovisioned.");
  await expect(
    dialog(page).getByRole("listitem").filter({ hasText: "Acknowledge" }),
  ).toHaveAttribute("aria-current", "step");
  await screenshot(page, "panel-acknowledge");
  await acknowledge(page);

  await expect(page.getByRole("radio", { checked: true })).toHaveCount(0);
  await page.getByRole("textbox", { name: /^Note/ }).fill("T-77");
  await screenshot(page, "panel-reason");
  await giveReason(page);

  await expect(dialog(page)).toContainText("Retiring from fleet");
  await expect(dialog(page)).toContainText("T-77");
  await screenshot(page, "panel-execute");
  await page.getByRole("button", { name: "Execute: deprovision 3 devices" }).click();

  await expect(heading(page, "Completed successfully")).toBeFocused();
  // The result takes the place of the bar.
  await expect(dialog(page).getByRole("progressbar")).toHaveCount(0);
  await expect(dialog(page)).toContainText("3 of 3");
  await expect(notifications(page)).toContainText(
    "Completed successfully: 3 devices deprovisioned.",
  );
  await screenshot(page, "panel-result");
  await page.getByRole("button", { name: "OK" }).click();

  await expect(dialog(page)).toBeHidden();
  await expect(page).toHaveURL(/\/devices\?sort=serial$|\/devices$/);
  await expect(actions(page)).toBeFocused();
  await expect(page.getByRole("status", { name: "Selection" })).toContainText("1 selected");
  await expect(page.getByRole("row").filter({ hasText: "GRID0000" })).toContainText(
    "Deprovisioned",
  );
});

test("a step that is not answered says so at its control", async ({ page }) => {
  await tick(page, THREE);
  await openPanel(page);

  await next(page).click();
  await expect(acknowledgement(page)).toBeFocused();
  await expect(acknowledgement(page)).toHaveAttribute("aria-invalid", "true");
  await expect(acknowledgement(page)).toHaveAccessibleDescription(
    "Select the checkbox to continue.",
  );
  await acknowledge(page);

  await next(page).click();
  const first = page.getByRole("radio").first();
  await expect(first).toBeFocused();
  await expect(first).toHaveAccessibleDescription(/Select a reason to continue\.$/);
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("radio").nth(1)).toBeChecked();
  await expect(page.getByText("Select a reason to continue.")).toBeHidden();

  const note = page.getByRole("textbox", { name: /^Note/ });
  await note.fill("x".repeat(501));
  await next(page).click();
  await expect(note).toBeFocused();
  await expect(note).toHaveAccessibleDescription("The note is longer than 500 characters.");
});

test("Back and the browser's Back go a step back and keep the answers", async ({ page }) => {
  await tick(page, THREE);
  await openPanel(page);
  await acknowledge(page);
  await giveReason(page);

  await page.getByRole("button", { name: "Back", exact: true }).click();
  await expect(heading(page, "Specify deprovision reason")).toBeFocused();
  await expect(page.getByRole("radio", { name: "Retiring from fleet" })).toBeChecked();
  await page.goBack();
  await expect(heading(page, "Acknowledge device deprovisioning")).toBeFocused();
  await expect(acknowledgement(page)).toBeChecked();
  await page.goBack();
  await expect(dialog(page)).toBeHidden();
  await expect(page).toHaveURL(/\/devices$/);
  await expect(page.getByRole("status", { name: "Selection" })).toContainText("3 selected");
});

for (const way of ["Cancel", "Close", "Escape"]) {
  test(`${way} changes nothing and can be taken back`, async ({ page }) => {
    await tick(page, THREE);
    await openPanel(page);
    await acknowledge(page);
    if (way === "Escape") {
      await page.keyboard.press("Escape");
    } else {
      await page.getByRole("button", { name: way, exact: true }).click();
    }

    await expect(dialog(page)).toBeHidden();
    await expect(page).toHaveURL(/\/devices$/);
    await expect(actions(page)).toBeFocused();
    await expect(notifications(page).getByRole("status")).toHaveText(
      "Canceled. Nothing was changed.",
    );
    await notifications(page).getByRole("button", { name: "Resume" }).click();
    await expect(heading(page, "Acknowledge device deprovisioning")).toBeFocused();
    await expect(acknowledgement(page)).not.toBeChecked();
  });
}

test("a reload in any step asks for the acknowledgement again", async ({ page }) => {
  await tick(page, THREE);
  await openPanel(page);
  await acknowledge(page);
  await giveReason(page);
  await page.reload();
  await hydrated(page);

  await expect(page).toHaveURL(/step=1$/);
  await expect(acknowledgement(page)).not.toBeChecked();
  await acknowledge(page);
  await expect(page.getByRole("radio", { name: "Retiring from fleet" })).toBeChecked();
  await page.reload();
  await hydrated(page);
  await expect(page).toHaveURL(/step=1$/);
});

test("Back never leads to an Execute button again", async ({ page }) => {
  await tick(page, THREE);
  await deprovision(page);
  await expect(heading(page, "Completed successfully")).toBeVisible();

  for (let i = 0; i < 2; i++) {
    await page.goBack();
    await expect(dialog(page)).toBeHidden();
    await expect(execute(page)).toBeHidden();
  }
});

test("a large number is typed to confirm it", async ({ page }) => {
  await page.goto("/devices");
  await hydrated(page);
  await page.getByRole("checkbox", { name: /on this page$/ }).check();
  await openPanel(page);
  await acknowledge(page);
  await giveReason(page);

  await execute(page).click();
  const field = page.getByRole("textbox", { name: "Type 45 to confirm" });
  await expect(field).toBeFocused();
  await expect(field).toHaveAccessibleDescription(/^Enter the number of devices as shown above/);
  await field.fill("50");
  await page.keyboard.press("Enter");
  await expect(field).toHaveAttribute("aria-invalid", "true");
  await field.fill(" 45 ");
  await execute(page).click();
  await expect(heading(page, "Completed successfully")).toBeFocused();
});

test("Execute twice is one job", async ({ page, context }) => {
  await tick(page, THREE);
  await openPanel(page);
  await acknowledge(page);
  await giveReason(page);

  // The same review in another tab, which has its own copy of the selection.
  const other = await context.newPage();
  await other.goto(page.url());
  await hydrated(other);
  await acknowledge(other);
  await giveReason(other);

  await execute(page).dblclick();
  await expect(heading(page, "Completed successfully")).toBeVisible();
  await execute(other).click();
  await expect(heading(other, "Completed successfully")).toBeVisible();
  expect(new URL(other.url()).searchParams.get("job")).toBe(
    new URL(page.url()).searchParams.get("job"),
  );

  await page.goto("/jobs");
  await expect(page.getByRole("rowheader")).toHaveCount(1);
});

test("a lost answer to Execute is asked for, not sent again", async ({ page, allowRequest }) => {
  allowRequest(/api\/jobs\/start/);
  let sent = 0;
  await page.route("**/api/jobs/start", async (route) => {
    sent += 1;
    await route.fetch();
    await route.abort("connectionreset");
  });
  await tick(page, THREE);
  await deprovision(page);
  await expect(heading(page, "Completed successfully")).toBeVisible();
  expect(sent).toBe(1);
});

test("an Execute that never arrived changes nothing and says so", async ({
  page,
  allowRequest,
}) => {
  allowRequest(/api\/jobs\/start/);
  await page.route("**/api/jobs/start", (route) => route.abort("connectionrefused"));
  await tick(page, THREE);
  await openPanel(page);
  await acknowledge(page);
  await giveReason(page);
  await execute(page).click();

  await expect(dialog(page).getByRole("alert")).toHaveText("The server could not be reached.");
  await page.unroute("**/api/jobs/start");
  await execute(page).click();
  await expect(heading(page, "Completed successfully")).toBeFocused();
});

test("an old review is checked again", async ({ page }) => {
  await page.route("**/api/plans/read", async (route) => {
    const response = await route.fetch();
    const plan = await response.json();
    await route.fulfill({ response, json: { ...plan, now: plan.expires_at } });
  });
  await tick(page, THREE);
  await actions(page).click();
  await page.getByRole("menuitem", { name: /^Deprovision/ }).click();

  await expect(heading(page, "Recheck devices")).toBeFocused();
  await expect(dialog(page)).toContainText("This review is older than 60 minutes.");
  const old = new URL(page.url()).searchParams.get("plan");
  await page.unroute("**/api/plans/read");
  await page.getByRole("button", { name: "Recheck" }).click();
  await expect(heading(page, "Acknowledge device deprovisioning")).toBeFocused();
  expect(new URL(page.url()).searchParams.get("plan")).not.toBe(old);
});

test("only the panel and the snackbar react while it is modal", async ({ page }) => {
  await tick(page, THREE);
  await page.getByRole("button", { name: "Clear selection" }).click();
  await notifications(page).getByRole("button", { name: "Undo" }).click();
  await openPanel(page);

  for (const landmark of ["banner", "main", "navigation"] as const) {
    await expect(page.getByRole(landmark).first()).toHaveAttribute("inert");
  }
  await expect(page.locator("[inert]").filter({ has: notifications(page) })).toHaveCount(0);
  const inside = () =>
    page.evaluate(() => document.activeElement?.closest("[role=dialog]") !== null);
  for (const key of ["Tab", "Shift+Tab"]) {
    for (let i = 0; i < 8; i++) {
      await page.keyboard.press(key);
      expect(await inside(), `${key} ${i}`).toBe(true);
    }
  }
});

test("where the stream does not get through, the panel asks", async ({ page, allowRequest }) => {
  allowRequest(/\/events$/);
  await page.route("**/events", (route) => route.fulfill({ status: 503 }));
  await tick(page, THREE);
  await deprovision(page);
  await expect(heading(page, "Completed successfully")).toBeFocused();
  await expect(notifications(page).getByRole("status")).toHaveText(
    "Completed successfully: 3 devices deprovisioned.",
    { timeout: 20_000 },
  );
});

test("what did not go well is said by its cause, and is no success", async ({
  page,
  allowRequest,
}) => {
  allowRequest(/\/events$/);
  await page.route("**/events", (route) => route.fulfill({ status: 503 }));
  await page.route("**/api/jobs/read", async (route) => {
    const response = await route.fetch();
    const job = await response.json();
    const over = job.state.startsWith("completed");
    const bad = {
      state: "completed_with_errors",
      seq: job.seq + 1,
      counts: { ...job.counts, succeeded: 1, failed: 2 },
      steps: job.steps.map((step: { counts: object }) => ({
        ...step,
        counts: { ...step.counts, succeeded: 1, failed: 2 },
      })),
      causes: [["The directory refused it: the device is locked.", 2]],
    };
    await route.fulfill({ response, json: over ? { ...job, ...bad } : job });
  });
  await page.route("**/api/jobs/start", async (route) => {
    const response = await route.fetch();
    const job = await response.json();
    await route.fulfill({ response, json: { ...job, state: "running", seq: 0 } });
  });
  await tick(page, THREE);
  await deprovision(page);

  await expect(heading(page, "Completed: 1 deprovisioned, 2 failed")).toBeFocused();
  await expect(dialog(page)).toContainText(
    "2 devices: The directory refused it: the device is locked.",
  );
  await expect(dialog(page).getByRole("status")).toHaveText(
    "Completed: 1 deprovisioned, 2 failed.",
  );
  await expect(dialog(page).getByRole("link", { name: "2", exact: true })).toHaveAttribute(
    "href",
    /\?state=failed$/,
  );
  await axe(page);
  await screenshot(page, "panel-failed");
});

test.describe("a job that takes a while", () => {
  test.use({ serverArgs: ["--devices-per-second", "2"] });

  test("runs on in the background and is told of everywhere", async ({ page }) => {
    await deprovisionPage(page, 25, 23);

    await expect(dialog(page).getByRole("heading", { name: /^Job #1: Running/ })).toBeVisible();
    await expect(dialog(page)).toContainText("You can close this panel. The job keeps running.");
    await live(page);
    await expect(page.getByRole("banner")).toContainText("1 job running");
    await page.reload();
    await hydrated(page);
    await expect(dialog(page).getByRole("progressbar")).toBeVisible();
    await page.getByRole("button", { name: "Run in background" }).click();
    await expect(dialog(page)).toBeHidden();
    await expect(actions(page)).toBeFocused();

    await page.getByRole("link", { name: "Jobs", exact: true }).click();
    await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
    await expect(page.getByRole("row").filter({ hasText: "#1" })).toContainText("Running");
    await expect(page.getByRole("row").filter({ hasText: "#1" })).toContainText("Completed", {
      timeout: 20_000,
    });
    await expect(notifications(page).getByRole("status")).toHaveText(
      "Completed successfully: 23 devices deprovisioned.",
    );
    await expect(page.getByRole("banner")).not.toContainText("running");
  });

  test("goes on after the server was killed, and the panel with it", async ({
    page,
    server,
    allowRequest,
    allowConsole,
  }) => {
    allowRequest(/.*/);
    allowConsole(/net::ERR_/);
    await tick(page, ["GRID0000", "GRID0001", "GRID0002", "GRID0004", "GRID0005", "GRID0006"]);
    await deprovision(page);
    await server.kill();
    await expect(dialog(page).getByText(/^Reconnecting/)).toBeVisible();
    await server.restart();
    await expect(heading(page, "Completed successfully")).toBeVisible({ timeout: 40_000 });
    await expect(dialog(page)).toContainText("6 of 6");
  });
});

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme });

    test("every step is accessible", async ({ page }) => {
      await tick(page, THREE);
      await openPanel(page);
      await next(page).click();
      await axe(page);
      await acknowledge(page);
      await next(page).click();
      await axe(page);
      await giveReason(page);
      await axe(page);
      await screenshot(page, `panel-execute-${colorScheme}`);
      await execute(page).click();
      await expect(heading(page, "Completed successfully")).toBeFocused();
      await axe(page);
    });
  });
}

test("the steps fit a phone", async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await tick(page, ["GRID0000"]);
  await openPanel(page);
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBeLessThanOrEqual(320);
  await axe(page);
  await screenshot(page, "panel-phone");
});

test("what was unticked since the review is not deprovisioned by Resume or Forward", async ({
  page,
}) => {
  await tick(page, ["GRID0000", "GRID0001"]);
  await openPanel(page);
  await page.keyboard.press("Escape");
  const unticked = page.getByRole("checkbox", { name: "Select GRID0000", exact: true });
  await unticked.uncheck();
  await notifications(page).getByRole("button", { name: "Resume" }).click();
  await expect(dialog(page)).toContainText("Your selection changed. Recheck to update.");
  await dialog(page).getByRole("button", { name: "Recheck" }).click();
  await expect(heading(page, "Acknowledge device deprovisioning")).toBeVisible();
  await expect(page.getByRole("dialog", { name: "Deprovision 1 device" })).toBeVisible();

  await page.keyboard.press("Escape");
  await openPanel(page);
  await page.goBack();
  await unticked.check();
  await page.goForward();
  await expect(dialog(page)).toContainText("Your selection changed. Recheck to update.");
});

test.describe("a job that takes longer than it is looked at", () => {
  test.use({ serverArgs: ["--devices-per-second", "1"] });

  test("is accessible while it runs", async ({ page }) => {
    await page.goto("/devices?size=200");
    await hydrated(page);
    await page.getByRole("checkbox", { name: /on this page$/ }).check();
    await openPanel(page);
    await acknowledge(page);
    await giveReason(page);
    const many = await page.getByText(/^Type \d+ to confirm/).innerText();
    const count = /\d+/.exec(many)![0];
    await page.getByRole("textbox", { name: /^Type/ }).fill(count);
    await execute(page).click();
    const running = dialog(page).getByRole("heading", { name: /^Job #1: Running/ });
    await expect(running).toBeVisible();
    await axe(page);
    await screenshot(page, "panel-running");
    await expect(running).toBeVisible();
  });
});
