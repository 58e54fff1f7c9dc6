// What happened, at the bottom of every screen: heard once, there until dismissed.

import { deprovision, dialog, notifications, openPanel, tick, leave } from "./deprovision.ts";
import { axe, expect, hydrated, screenshot, test } from "./fixtures.ts";

test.use({ importFile: "grid.csv" });

const DONE = "Completed successfully: 1 device deprovisioned.";

test("the region is there from the start, and empty", async ({ page }) => {
  await page.goto("/devices");
  await expect(notifications(page).getByRole("status")).toHaveText("");
  await hydrated(page);
  await expect(notifications(page).getByRole("status")).toHaveText("");
});

test("a notice stays over screens and reloads until it is dismissed", async ({ page }) => {
  await tick(page, ["GRID0000"]);
  await deprovision(page);
  await leave(page);
  await expect(notifications(page).getByRole("status")).toHaveText(DONE);
  await expect(notifications(page).getByRole("status").getByRole("button")).toHaveCount(0);
  // It stays while it is pointed at.
  await notifications(page).getByRole("status").hover();
  await axe(page);

  await page.getByRole("link", { name: "Jobs", exact: true }).click();
  await expect(notifications(page).getByRole("status")).toHaveText(DONE);
  await page.reload();
  await hydrated(page);
  await expect(notifications(page).getByRole("status")).toHaveText(DONE);
  await notifications(page).getByRole("link", { name: "View results" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Job #1" })).toBeFocused();

  await notifications(page).getByRole("button", { name: "Dismiss" }).click();
  await expect(notifications(page).getByRole("status")).toHaveText("");
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
  await page.reload();
  await hydrated(page);
  await page.waitForTimeout(500);
  await expect(notifications(page).getByRole("status")).toHaveText("");
});

test("a success leaves by itself and is still new in the bell", async ({ page }) => {
  await tick(page, ["GRID0000"]);
  await deprovision(page);
  const status = notifications(page).getByRole("status");
  await expect(status).toHaveText(DONE);
  await leave(page);
  await expect(status).toHaveText("", { timeout: 12_000 });
  await expect(page.locator(".bell summary")).toHaveText("Notifications, 1 new");
  await page.reload();
  await hydrated(page);
  await page.waitForTimeout(500);
  await expect(status).toHaveText("");
  await expect(page.locator(".bell summary")).toHaveText("Notifications, 1 new");
});

test("who reads the result in the panel is not told of it again", async ({ page }) => {
  await tick(page, ["GRID0000"]);
  await deprovision(page);
  const status = notifications(page).getByRole("status");
  await expect(status).toHaveText(DONE);
  await page.getByRole("button", { name: "OK" }).click();
  await expect(status).toHaveText("");
  await page.reload();
  await hydrated(page);
  await page.waitForTimeout(500);
  await expect(status).toHaveText("");
});

test("a notice never takes the focus, and works beside the open panel", async ({ page }) => {
  await tick(page, ["GRID0000"]);
  await deprovision(page);
  await expect(notifications(page).getByRole("status")).toHaveText(DONE);
  await expect(dialog(page).getByRole("heading", { name: "Completed successfully" })).toBeFocused();
  await leave(page);

  await page.getByRole("checkbox", { name: "Select GRID0001" }).check();
  await openPanel(page);
  await notifications(page).getByRole("button", { name: "Dismiss" }).click();
  await expect(notifications(page).getByRole("status")).toHaveText("");
  await expect(dialog(page)).toBeVisible();
});

test("the newest is shown, and what waits behind it is in the bell", async ({ page }) => {
  for (const serials of [["GRID0000"], ["GRID0001", "GRID0002"]]) {
    await tick(page, serials);
    await deprovision(page);
    await leave(page);
  }
  await expect(notifications(page)).toContainText(/Completed.*2 devices? deprovisioned/);
  await notifications(page).getByRole("button", { name: "+1 more" }).click();
  await expect(page.getByRole("heading", { name: "Notifications" })).toBeVisible();
  await axe(page);
  await screenshot(page, "snackbar-more");

  await notifications(page).getByRole("button", { name: "Refresh Cache" }).click();
  await expect(page.getByText("Cache refreshed")).toBeVisible();
  await expect(notifications(page).getByRole("button", { name: "Refresh Cache" })).toBeHidden();
});

for (const width of [1024, 1280, 1600]) {
  test(`what is selected can be read beside a message, ${width} wide`, async ({ page }) => {
    await page.setViewportSize({ width, height: 800 });
    await tick(page, ["GRID0000"]);
    await deprovision(page);
    await leave(page);
    await page.getByRole("checkbox", { name: "Select GRID0001" }).check();
    await page.getByRole("link", { name: "Page 2", exact: true }).click();
    const count = page.getByText("1 selected, 1 not in this view");
    await expect(count).toBeVisible();

    const message = (await page.locator(".snackbar").boundingBox())!;
    for (const what of [count, page.getByRole("button", { name: "Show Selected Only" })]) {
      const { y } = (await what.boundingBox())!;
      expect(message.y + message.height, "the message ends above it").toBeLessThanOrEqual(y);
    }
    const region = (await page.locator(".grid-region").boundingBox())!;
    expect(region.y + region.height, "the rows end above the message").toBeLessThanOrEqual(
      message.y,
    );
    await screenshot(page, `snackbar-${width}`);
  });
}

test("a message goes away by itself, but not while it is pointed at", async ({ page }) => {
  await tick(page, ["GRID0000"]);
  await page.getByRole("button", { name: "Clear selection" }).click();
  const status = notifications(page).getByRole("status");
  await expect(status).toHaveText(/cleared/i);
  await notifications(page)
    .getByText(/cleared/i)
    .hover();
  await page.waitForTimeout(9000);
  await expect(status).toHaveText(/cleared/i);
  await page.mouse.move(0, 0);
  await expect(status).toHaveText("", { timeout: 9500 });
});

test("the theme that was chosen is there before the first paint", async ({ page }) => {
  await page.goto("/devices");
  await hydrated(page);
  await page.locator(".account summary").click();
  await page.getByRole("combobox", { name: "Theme" }).selectOption("Dark");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.reload({ waitUntil: "commit" });
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await hydrated(page);
  await page.locator(".account summary").click();
  await expect(page.getByRole("combobox", { name: "Theme" })).toHaveValue("dark");
  await page.getByRole("combobox", { name: "Theme" }).selectOption("System");
  await expect(page.locator("html")).not.toHaveAttribute("data-theme");
});
