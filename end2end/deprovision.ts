// The way from ticked devices to a job, as a person goes it.

import type { Locator, Page } from "@playwright/test";

import { expect, hydrated } from "./fixtures.ts";

export const dialog = (page: Page): Locator => page.getByRole("dialog", { name: /^Deprovision/ });
export const next = (page: Page): Locator => page.getByRole("button", { name: "Next" });
export const execute = (page: Page): Locator => page.getByRole("button", { name: /^Execute/ });
export const actions = (page: Page): Locator => page.getByRole("button", { name: /^Actions/ });
export const heading = (page: Page, name: string): Locator =>
  dialog(page).getByRole("heading", { name, exact: true });
export const acknowledgement = (page: Page): Locator =>
  page.getByRole("checkbox", {
    name: "I acknowledge the need to wipe and re-enroll these devices for future management",
  });

/** Where the messages at the bottom of the page are. */
export const notifications = (page: Page): Locator =>
  page.getByRole("region", { name: "Notifications" });

/** Opens Device Search and ticks these devices. */
export async function tick(page: Page, serials: readonly string[], query = ""): Promise<void> {
  await page.goto(`/devices${query}`);
  await hydrated(page);
  for (const serial of serials) {
    await page.getByRole("checkbox", { name: `Select ${serial}`, exact: true }).check();
  }
}

/** Opens what the first step says only to those who ask. */
export async function openDetails(page: Page): Promise<void> {
  await dialog(page).getByText("Details", { exact: true }).click();
}

/** From the ticked devices to the first step. */
export async function openPanel(page: Page): Promise<void> {
  await actions(page).click();
  const item = page.getByRole("menuitem", { name: /^Deprovision/ });
  // Until the devices are counted, what stands above it may still come.
  await expect(item).not.toContainText("checking");
  await item.click();
  await expect(heading(page, "Acknowledge device deprovisioning")).toBeFocused();
}

/** From the first step to the second. */
export async function acknowledge(page: Page): Promise<void> {
  await acknowledgement(page).check();
  await next(page).click();
  await expect(heading(page, "Specify deprovision reason")).toBeFocused();
}

/** From the second step to the third. */
export async function giveReason(page: Page, reason = "Retiring from fleet"): Promise<void> {
  await page.getByRole("radio", { name: reason, exact: true }).check();
  await next(page).click();
  await expect(heading(page, "Execute")).toBeFocused();
}

/** Leaves the panel without saying that its result was read. */
export async function leave(page: Page): Promise<void> {
  await expect(dialog(page).getByRole("button", { name: "OK" })).toBeVisible();
  await page.goto("/devices");
  await hydrated(page);
}

/** Deprovisions the first page of so many, of which so many are eligible. */
export async function deprovisionPage(page: Page, size: number, eligible: number): Promise<void> {
  await page.goto(`/devices?size=${size}`);
  await hydrated(page);
  await page.getByRole("checkbox", { name: /on this page$/ }).check();
  await openPanel(page);
  await acknowledge(page);
  await giveReason(page);
  await page.getByRole("textbox", { name: /^Type/ }).fill(`${eligible}`);
  await execute(page).click();
}

/** From the ticked devices to the job. */
export async function deprovision(page: Page): Promise<void> {
  await openPanel(page);
  await acknowledge(page);
  await giveReason(page);
  await execute(page).click();
  await expect(page).toHaveURL(/panel=deprovision&job=/);
}
