// A job that runs says how fast it goes and how long it will take.

import { deprovision, dialog, tick } from "./deprovision.ts";
import { axe, expect, screenshot, test } from "./fixtures.ts";

test.use({ importFile: "grid.csv", serverArgs: ["--devices-per-second", "2"] });

test("the pace of a job is told in its panel and on its page, until it is over", async ({ page }) => {
  await tick(page, ["GRID0000", "GRID0001", "GRID0002", "GRID0004", "GRID0005", "GRID0006", "GRID0008", "GRID0009"]);
  await deprovision(page);
  const pace = /^About \d+ a (second|minute), \d+ s left$/;
  await expect(dialog(page).getByText(pace)).toBeVisible();
  await axe(page);
  await screenshot(page, "pace");
  const job = new URL(page.url()).searchParams.get("job");
  await page.goto(`/jobs/${job}`);
  await expect(page.getByText(pace)).toBeVisible();
  await expect(page.getByText(/^Completed/).first()).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText(pace)).toBeHidden();
});
