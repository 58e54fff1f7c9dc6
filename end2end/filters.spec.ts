// What the list is narrowed down to: all of it in the address, and none of it ever
// left out in silence.

import type { Page } from "@playwright/test";

import { axe, expect, hydrated, screenshot, test } from "./fixtures.ts";

test.use({ importFile: "grid.csv" });

async function open(page: Page, query = ""): Promise<void> {
  await page.goto(`/devices${query}`);
  await hydrated(page);
}

const box = (page: Page, label: string) =>
  page.locator("summary").getByText(label, { exact: true });

test("the quick search looks through serial, asset id, user, location and notes", async ({
  page,
}) => {
  await open(page);
  const search = page.getByRole("searchbox", { name: "Search devices" });
  for (const [text, found] of [
    ["grid0042", "1–1 of 1"],
    ["a-1042", "1–1 of 1"],
    ["USER42@", "1–1 of 1"],
    ["Room 3", "1–19 of 19"],
    ["cracked", "1–1 of 1"],
  ] as const) {
    await search.fill(text);
    await expect(page.getByText(found)).toBeVisible();
    await expect(search).toHaveValue(text);
  }
});

test("typing waits for a pause and leaves no trail of addresses", async ({ page }) => {
  await open(page);
  let asked = 0;
  page.on("request", (request) => {
    asked += request.url().endsWith("/devices/search") ? 1 : 0;
  });

  await page.getByRole("searchbox").pressSequentially("GRID001", { delay: 40 });
  await expect(page.getByText("1–10 of 10")).toBeVisible();

  expect(asked).toBe(1);
  await expect(page).toHaveURL(/\?q=GRID001$/);
  await page.goBack();
  await expect(page).not.toHaveURL(/devices/);
});

test("values of one filter are alternatives, filters come together", async ({ page }) => {
  await open(page);

  await box(page, "Status").click();
  await page.getByRole("checkbox", { name: "Disabled" }).check();
  await expect(page.getByText("1–13 of 13")).toBeVisible();
  await page.getByRole("checkbox", { name: "Deprovisioned" }).check();
  await expect(page.getByText("1–26 of 26")).toBeVisible();
  await screenshot(page, "filters");
  await axe(page);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("checkbox", { name: "Deprovisioned" })).toBeHidden();

  await box(page, "Model").click();
  await page.getByRole("checkbox", { name: "Lenovo 300e" }).check();
  await expect(page).toHaveURL(/status=DISABLED&status=DEPROVISIONED&model=Lenovo\+300e/);
  await expect(page.getByText(/^1–\d+ of \d$/)).toBeVisible();

  const chips = page.getByRole("list", { name: "Applied filters" });
  await chips.getByRole("link", { name: "Remove filter Status: Disabled" }).click();
  await expect(page).toHaveURL(/\?status=DEPROVISIONED&model=Lenovo\+300e$/);
  await chips.getByRole("link", { name: "Clear all" }).click();
  await expect(page.getByText("1–50 of 130")).toBeVisible();
  await expect(chips).toBeHidden();
});

test("an org unit means those below it, unless told otherwise", async ({ page }) => {
  await open(page);
  await box(page, "Organizational unit").click();
  await page.getByRole("checkbox", { name: "/District/North", exact: true }).check();
  await expect(page.getByText("1–50 of 66")).toBeVisible();

  await page.getByRole("radio", { name: "This organizational unit only" }).check();
  await expect(page.getByText("1–33 of 33")).toBeVisible();
  await expect(
    page.getByRole("link", { name: "Remove filter Organizational unit: /District/North only" }),
  ).toBeVisible();
});

test.describe("a district with hundreds of org units", () => {
  test.use({ importFile: undefined, serverArgs: ["--demo-devices", "3000"] });

  test("every one of them can be found", async ({ page }) => {
    await open(page, "?sort=-org_unit");
    const [above, name] = await page
      .locator(".path")
      .first()
      .evaluate((path) => [...path.children].map((part) => part.textContent));
    const last = `${above}${name}`;

    await box(page, "Organizational unit").click();
    const root = page.getByRole("checkbox", { name: "/", exact: true });
    await expect(root).toHaveAccessibleDescription("3,000 devices");
    await expect(page.getByRole("checkbox", { name: last, exact: true })).toBeHidden();
    const unit = page.getByRole("group", { name: "Organizational unit" }).getByRole("checkbox");
    const before = await unit.count();
    await page
      .getByRole("button", { name: /^Show what is below \/./ })
      .first()
      .click();
    expect(await unit.count()).toBeGreaterThan(before);
    await screenshot(page, "org-units");
    await page.getByRole("textbox", { name: "Search organizational units" }).fill(last);
    await page.getByRole("checkbox", { name: last, exact: true }).check();

    await expect(
      page.getByRole("link", { name: `Remove filter Organizational unit: ${last}` }),
    ).toBeVisible();
    await axe(page);
  });
});

test("days are asked for by their number, as dates, or by name", async ({
  page,
  allowConsole,
  allowRequest,
}) => {
  allowRequest(/devices\/(search|facets)/);
  allowConsole(/422/);
  await open(page);
  await box(page, "More filters").click();
  await box(page, "Last sync").click();
  const ago = page.getByRole("spinbutton", { name: "Last sync: more than so many days ago" });
  await ago.fill("365");
  await ago.press("Tab");
  await expect(page).toHaveURL(/\?sync_to=-365d$/);
  await expect(page.getByRole("link", { name: /Last sync: until 365 days ago/ })).toBeVisible();
  await expect(page.getByRole("link", { name: "More than 1 year ago" })).toHaveAttribute(
    "aria-current",
    "true",
  );

  await page.getByLabel(/^From.*Last sync/).fill("2020-02-29");
  await expect(page).toHaveURL(/\?sync_from=2020-02-29&sync_to=-365d$/);
  await page.getByLabel(/^To.*Last sync/).fill("2019-01-01");
  await expect(page.getByRole("alert")).toContainText(/before/);
  await page.getByLabel(/^From.*Last sync/).fill("");
  await expect(page).toHaveURL(/\?sync_to=2019-01-01$/);
  await axe(page);

  await page.getByRole("checkbox", { name: "Or never synced" }).check();
  await expect(page).toHaveURL(/\?sync=never&sync_to=2019-01-01$/);
  await page.getByLabel(/^To.*Last sync/).fill("");
  await expect(page.getByText("1–10 of 10")).toBeVisible();
  await expect(page).toHaveURL(/\?sync=never$/);
});

test("devices are found by milestone and by the day of their enrollment", async ({ page }) => {
  await open(page);
  await box(page, "More filters").click();
  await box(page, "OS version").click();
  const choices = page.getByRole("group", { name: "OS version" }).getByRole("checkbox");
  await expect(choices).toHaveCount(3);
  await page.getByRole("checkbox", { name: "126", exact: true }).check();
  await expect(page.getByText("1–50 of 60")).toBeVisible();
  await page.keyboard.press("Escape");

  await box(page, "Enrollment date").click();
  await page.getByLabel(/^To.*Enrollment date/).fill("2019-12-31");
  await page.keyboard.press("Enter");
  await expect(page.getByText("1–19 of 19")).toBeVisible();
  await expect(page).toHaveURL(/\?os=126&enrolled_to=2019-12-31$/);
  await screenshot(page, "os-and-enrollment");
  await axe(page);

  const chips = page.getByRole("list", { name: "Applied filters" });
  await chips.getByRole("link", { name: "Remove filter OS version: 126" }).click();
  await expect(page.getByText("1–40 of 40")).toBeVisible();
  await chips
    .getByRole("link", { name: "Remove filter Enrollment date: until 2019-12-31" })
    .click();
  await expect(page.getByText("1–50 of 130")).toBeVisible();
});

test("no match says so and leads back", async ({ page }) => {
  await open(page, "?q=no+such+device");
  await expect(page.getByRole("heading", { name: "No devices match your filters" })).toBeVisible();
  await axe(page);
  await page.getByRole("link", { name: "Clear all filters" }).click();
  await expect(page.getByText("1–50 of 130")).toBeVisible();
  await expect(page.getByRole("searchbox")).toHaveValue("");
});

test("a parameter that does not parse lists nothing", async ({ page, allowRequest }) => {
  allowRequest(/ou=nope/);
  const response = await page.goto("/devices?ou=nope&model=Acer+311&page=0");
  expect(response?.status()).toBe(400);
  await hydrated(page);

  await expect(page.getByRole("alert")).toContainText(
    "ou=nope: an org unit is a path that begins with /",
  );
  await expect(page.getByRole("alert")).toContainText("page=0: a page is a whole number from 1");
  await expect(page.getByRole("table")).toBeHidden();
  await axe(page);
  await screenshot(page, "bad-address");

  // Leaving one out does not leave out the other.
  await page
    .getByRole("listitem")
    .filter({ hasText: "ou=nope" })
    .getByRole("link", { name: "Remove this filter" })
    .click();
  await expect(page.getByRole("alert")).not.toContainText("status");
  await expect(page.getByRole("alert")).toContainText("page=0");
  await page.getByRole("link", { name: "Remove this filter" }).click();
  await expect(page.getByText(/^1–\d+ of 43$/)).toBeVisible();
});

test("a parameter that means nothing is said and left aside", async ({ page }) => {
  await open(page, "?utm_source=mail&status=DISABLED");
  await expect(page.getByText("Unknown parameter ignored: utm_source=mail")).toBeVisible();
  await expect(page.getByText("1–13 of 13")).toBeVisible();
  await page.getByRole("link", { name: "Dismiss" }).click();
  await expect(page.getByText("Unknown parameter ignored:")).toBeHidden();
  await expect(page).toHaveURL(/\?status=DISABLED$/);
});
