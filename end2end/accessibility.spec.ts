// What every screen and every state owes to those who do not see it, do not use a mouse,
// or read it large: without violations in both themes and three widths, and rule by rule.

import type { Page } from "@playwright/test";

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
  leave,
  next,
  notifications,
  openPanel,
  tick,
} from "./deprovision.ts";
import { axe, expect, hydrated, test } from "./fixtures.ts";

test.use({ importFile: "grid.csv" });

// Nothing here depends on the database.
test.skip(({ database }) => database !== "sqlite");

const WIDTHS = [
  { width: 1280, height: 800 },
  { width: 768, height: 1024 },
  { width: 320, height: 640 },
];

/** Looks at the page, as it is now, in each width, and in the widest in the dark, too. */
async function inEveryLook(page: Page, state: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    for (const size of colorScheme === "light" ? WIDTHS : WIDTHS.slice(0, 1)) {
      await test.step(`${state}, ${colorScheme}, ${size.width} px`, async () => {
        await page.setViewportSize(size);
        await axe(page);
      });
    }
  }
  await page.setViewportSize(WIDTHS[0]!);
}

async function open(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await hydrated(page);
}

test.describe("no violation in any theme and width", () => {
  test.setTimeout(180_000);

  test("screens", async ({ page, allowConsole, allowRequest }) => {
    allowConsole(/404/);
    allowRequest(/nobody-knows-it|devices\/read|nowhere$/);
    await open(page, "/devices");
    await inEveryLook(page, "grid");
    await open(page, "/devices?q=nowhere");
    await expect(page.getByText("No devices match your filters")).toBeVisible();
    await inEveryLook(page, "no match");
    for (const address of [
      "/overview",
      "/jobs",
      "/import",
      "/devices/nobody-knows-it",
      "/nowhere",
    ]) {
      await page.goto(address);
      if (address !== "/nowhere") await hydrated(page);
      await inEveryLook(page, address);
    }
  });

  test("a list that cannot be loaded", async ({ page, allowRequest, allowConsole }) => {
    allowRequest(/devices\/search/);
    allowConsole(/500/);
    await open(page, "/devices");
    await page.route("**/api/devices/search", (route) => route.fulfill({ status: 500, body: "" }));
    await page.getByRole("searchbox").fill("GRID");
    await expect(page.getByRole("button", { name: "Retry" })).toBeVisible();
    await inEveryLook(page, "error");
  });

  test("menu and steps", async ({ page }) => {
    await tick(page, ["GRID0000", "GRID0001", "GRID0007"]);
    await actions(page).click();
    await expect(page.getByRole("menuitem").first()).toBeVisible();
    await inEveryLook(page, "menu");
    await page.keyboard.press("Escape");
    await openPanel(page);
    await inEveryLook(page, "step 1");
    await next(page).click();
    await inEveryLook(page, "step 1, not answered");
    await acknowledge(page);
    await inEveryLook(page, "step 2");
    await next(page).click();
    await inEveryLook(page, "step 2, not answered");
    await giveReason(page);
    await inEveryLook(page, "step 3");
    await execute(page).click();
    await expect(heading(page, "Completed successfully")).toBeFocused();
    await inEveryLook(page, "success");
    await open(page, "/jobs");
    await inEveryLook(page, "jobs");
    await page
      .getByRole("link", { name: /^#?1$|Job #1/ })
      .first()
      .click();
    await expect(page.getByRole("heading", { level: 1 })).toContainText("1");
    await inEveryLook(page, "job");
  });

  test("a message", async ({ page }) => {
    await tick(page, ["GRID0000"]);
    await deprovision(page);
    await leave(page);
    await expect(notifications(page)).toContainText("Completed successfully");
    // It stays while it is pointed at.
    await notifications(page)
      .getByText(/^Completed successfully/)
      .hover();
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await axe(page);
    }
    await expect(notifications(page)).toContainText("Completed successfully");
  });

  test("drawer, boxes and dialogs", async ({ page }) => {
    await open(page, "/devices");
    await page.getByRole("row").filter({ hasText: "GRID0003" }).getByText("A-1003").click();
    await expect(page).toHaveURL(/device=/);
    await inEveryLook(page, "drawer");
    await page.keyboard.press("Escape");
    await page.locator("summary").getByText("Status", { exact: true }).click();
    await inEveryLook(page, "a filter");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Paste list" }).click();
    await inEveryLook(page, "paste list");
  });

  test.describe("while a job runs", () => {
    test.use({ serverArgs: ["--devices-per-second", "1"] });

    test("progress", async ({ page }) => {
      await deprovisionPage(page, 200, 117);
      await expect(dialog(page).getByRole("progressbar")).toBeVisible();
      await inEveryLook(page, "running");
      await expect(dialog(page).getByRole("progressbar")).toBeVisible();
    });
  });
});

const SCREENS = ["/devices", "/overview", "/jobs", "/import"];

test("each screen has one heading, its landmarks, a title of its own, and a skip link", async ({
  page,
}) => {
  const titles = new Set<string>();
  for (const address of SCREENS) {
    await open(page, address);
    await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
    for (const role of ["banner", "main"] as const)
      await expect(page.getByRole(role)).toHaveCount(1);
    await expect(page.getByRole("navigation", { name: "Main" })).toHaveCount(1);
    await page.keyboard.press("Tab");
    await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
    await expect(page.getByRole("link", { name: "Skip to content" })).toBeInViewport();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("main")).toBeFocused();
    titles.add(await page.title());
  }
  expect(titles.size).toBe(SCREENS.length);
});

test("the title names the step, and the step is the current one", async ({ page }) => {
  await tick(page, ["GRID0000"]);
  await openPanel(page);
  await expect(page).toHaveTitle(/^Step 1 of 3: .* – Deprovision – Device Search/);
  await expect(dialog(page).locator("[aria-current=step]")).toHaveCount(1);
  await expect(dialog(page).locator("[aria-current=step]")).toContainText("Acknowledge");
  await acknowledge(page);
  await expect(page).toHaveTitle(/^Step 2 of 3/);
  await expect(dialog(page).locator("[aria-current=step]")).toContainText("Reason");
});

test("a click in the navigation leads to the new heading", async ({ page }) => {
  await open(page, "/devices");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Jobs" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Jobs" })).toBeFocused();
});

test("the table tells its rows, its order and its page", async ({ page }) => {
  await open(page, "/devices");
  await expect(
    page.getByRole("table", { name: /^Devices: page 1 of 130 devices found/ }),
  ).toBeVisible();
  await expect(page.getByRole("rowheader")).toHaveCount(50);
  await expect(page.locator("th[aria-sort]")).toHaveCount(1);
  await expect(
    page.getByRole("columnheader").getByRole("button", { name: "Serial number" }),
  ).toBeVisible();
  const all = page.getByRole("checkbox", { name: /^Select all 50/ });
  await page.getByRole("checkbox", { name: "Select GRID0000", exact: true }).check();
  await expect(all).toHaveJSProperty("indeterminate", true);
});

/** The targets that are smaller than they may be. */
function smallTargets(page: Page, least: number): Promise<string[]> {
  return page.evaluate((least) => {
    const targets = document.querySelectorAll<HTMLElement>(
      "button, summary, input:not([type=hidden]), select, textarea, [role=menuitem], nav a, .pager a",
    );
    const small = (element: HTMLElement) => {
      if (!element.checkVisibility({ visibilityProperty: true })) return false;
      // A label is part of the target of its control.
      const boxes = [element, element.closest("label")].filter((it) => it !== null);
      return !boxes.some((it) => {
        const { width, height } = it.getBoundingClientRect();
        return least <= width + 0.5 && least <= height + 0.5;
      });
    };
    return [...targets].filter(small).map((element) => element.outerHTML.slice(0, 120));
  }, least);
}

test("targets are large enough for a mouse", async ({ page }) => {
  for (const address of SCREENS) {
    await open(page, address);
    expect(await smallTargets(page, 24), address).toEqual([]);
  }
});

test.describe("with a finger", () => {
  test.use({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 800 } });

  test("targets are large enough for a finger", async ({ page }) => {
    for (const address of SCREENS) {
      await open(page, address);
      expect(await smallTargets(page, 44), address).toEqual([]);
    }
  });
});

test("what has the focus is never covered, and has a ring", async ({ page }) => {
  test.setTimeout(120_000);
  await open(page, "/devices?size=25");
  for (let stop = 0; stop < 100; stop += 1) {
    await page.keyboard.press("Tab");
    const seen = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement;
      const { left, top, width, height } = element.getBoundingClientRect();
      const at = document.elementFromPoint(left + width / 2, top + height / 2);
      const related = at !== null && (element.contains(at) || at.contains(element));
      const label = element.closest("label");
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      const has = (it: CSSStyleDeclaration) =>
        it.outlineStyle !== "none" && 2 <= parseFloat(it.outlineWidth);
      const ring =
        has(getComputedStyle(element)) || (label !== null && has(getComputedStyle(label)));
      return {
        html: element.outerHTML.slice(0, 100),
        related,
        ring,
        outline: `${outlineStyle} ${outlineWidth}`,
      };
    });
    if (/^<(body|html)/.test(seen.html)) continue;
    expect(seen.related, `covered: ${seen.html}`).toBe(true);
    expect(seen.ring, `no ring (${seen.outline}): ${seen.html}`).toBe(true);
  }
});

test("a selection is said once, soon and politely", async ({ page }) => {
  await open(page, "/devices");
  const said = page.getByRole("status", { name: "Selection" });
  await page.getByRole("checkbox", { name: /on this page$/ }).check();
  await expect(said).toHaveText(/^50 selected/, { timeout: 1500 });
});

test("the menu tells its state, and why an action is not available", async ({ page }) => {
  await open(page, "/devices");
  await expect(actions(page)).toHaveAttribute("aria-haspopup", "menu");
  await expect(actions(page)).toHaveAttribute("aria-expanded", "false");
  await actions(page).click();
  await expect(actions(page)).toHaveAttribute("aria-expanded", "true");
  const item = page.getByRole("menuitem", { name: /^Deprovision/ });
  await expect(item).toHaveAttribute("aria-disabled", "true");
  await expect(item).toHaveAccessibleDescription(/./);
  await page.keyboard.press("Escape");
  await expect(actions(page)).toBeFocused();
});

test("the panel keeps the focus, and gives it back", async ({ page }) => {
  await tick(page, ["GRID0000"]);
  await openPanel(page);
  await expect(page.getByRole("main", { includeHidden: true })).toHaveAttribute("inert", "");
  for (let stop = 0; stop < 20; stop += 1) {
    await page.keyboard.press("Tab");
    expect(await dialog(page).evaluate((it) => it.contains(document.activeElement))).toBe(true);
  }
  await page.keyboard.press("Escape");
  await expect(actions(page)).toBeFocused();
});

test("a step that is not answered says so in words, at its control", async ({ page }) => {
  await tick(page, ["GRID0000"]);
  await openPanel(page);
  await next(page).click();
  await expect(acknowledgement(page)).toBeFocused();
  await expect(acknowledgement(page)).toHaveAttribute("aria-invalid", "true");
  await expect(acknowledgement(page)).toHaveAccessibleDescription(
    "Select the checkbox to continue.",
  );
  await acknowledge(page);
  await expect(page.getByRole("group", { name: "Deprovision reason" })).toBeVisible();
  await expect(page.getByRole("radio", { checked: true })).toHaveCount(0);
  await page.getByRole("radio").first().focus();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("radio").nth(1)).toBeChecked();
});

test("nothing moves for those who do not want it", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await tick(page, ["GRID0000"]);
  await openPanel(page);
  const moving = await page.evaluate(() => {
    const longer = (times: string) => times.split(",").some((time) => 0 < parseFloat(time));
    return [...document.querySelectorAll(".panel, .panel *, .snackbar, .skeleton")]
      .filter((it) => {
        const { animationDuration, animationName, transitionDuration } = getComputedStyle(it);
        return (
          (animationName !== "none" && longer(animationDuration)) || longer(transitionDuration)
        );
      })
      .map((it) => it.outerHTML.slice(0, 80));
  });
  expect(moving).toEqual([]);
});

test("text can be set wider, and the page read at 320 px", async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  for (const address of SCREENS) {
    await open(page, address);
    // WCAG 1.4.12.
    await page.evaluate(() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
        word-spacing: 0.16em !important; } p { margin-block-end: 2em !important; }`);
      document.adoptedStyleSheets = [sheet];
    });
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width, address).toBeLessThanOrEqual(320);
  }
});

test("the order of navigation and help is the same on all screens", async ({ page }) => {
  const seen: string[] = [];
  for (const address of SCREENS) {
    await open(page, address);
    const nav = await page
      .getByRole("navigation", { name: "Main" })
      .getByRole("link")
      .allInnerTexts();
    const tools = await page
      .getByRole("banner")
      .getByRole("button")
      .evaluateAll((all) => all.map((it) => it.getAttribute("aria-label") ?? it.textContent));
    seen.push(JSON.stringify([nav, tools]));
  }
  expect(new Set(seen).size).toBe(1);
});

test("a page that is not there says what it is and leads back", async ({
  page,
  allowConsole,
  allowRequest,
}) => {
  allowConsole(/404/);
  allowRequest(/nowhere$/);
  await page.goto("/nowhere");
  await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
  await expect(page.getByRole("main").getByRole("link").first()).toBeVisible();
});

test("the parts of the flow read as they are", async ({ page }) => {
  await tick(page, ["GRID0000"]);
  await expect(page.getByRole("navigation", { name: "Main" })).toMatchAriaSnapshot(`
    - navigation "Main":
      - list:
        - listitem:
          - link "Overview"
        - listitem:
          - link "Device Search"
        - listitem:
          - link "Jobs"
  `);
  await openPanel(page);
  await expect(dialog(page)).toMatchAriaSnapshot(`
    - dialog "Deprovision 1 device":
      - heading "Deprovision 1 device" [level=2]
      - heading "Acknowledge device deprovisioning" [level=3]
      - checkbox /I acknowledge/
      - button "Cancel"
      - button "Next"
  `);
  await acknowledge(page);
  await expect(dialog(page)).toMatchAriaSnapshot(`
    - dialog "Deprovision 1 device":
      - heading "Specify deprovision reason" [level=3]
      - group "Deprovision reason":
        - radio "Same model replacement"
        - radio "Different model replacement"
        - radio "Retiring from fleet"
        - radio "ChromeOS Flex upgrade transfer"
      - textbox /Note/
      - button "Cancel"
      - button "Back"
      - button "Next"
  `);
  await giveReason(page);
  await expect(dialog(page)).toMatchAriaSnapshot(`
    - dialog "Deprovision 1 device":
      - heading "Execute" [level=3]
      - term: Will be deprovisioned
      - definition: "1"
      - button "Cancel"
      - button "Back"
      - button /Execute/
  `);
});

test("what is said of a running job is not said too often", async ({ page }) => {
  await tick(page, ["GRID0000", "GRID0001"]);
  await deprovision(page);
  await expect(heading(page, "Completed successfully")).toBeFocused();
  await expect(dialog(page).getByRole("status")).toHaveText(/^Completed successfully/);
});
