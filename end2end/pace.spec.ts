// A job that runs says how fast it goes and how long it will take.

import { deprovision, dialog, tick } from "./deprovision.ts";
import { axe, expect, screenshot, test } from "./fixtures.ts";

test.use({ importFile: "grid.csv", serverArgs: ["--devices-per-second", "1"] });

test("the pace of a job is told in its panel and on its page, until it is over", async ({
  page,
}) => {
  const numbers = [0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12];
  await tick(
    page,
    numbers.map((number) => `GRID${String(number).padStart(4, "0")}`),
  );
  await deprovision(page);
  const pace = /^About \d+ per (second|minute) · \d+ s left$/;
  await expect(dialog(page).getByText(pace)).toBeVisible();
  await screenshot(page, "pace");
  const job = new URL(page.url()).searchParams.get("job");
  await page.goto(`/jobs/${job}`);
  await expect(page.getByText(pace)).toBeVisible();
  await axe(page);
  await expect(page.getByText(/^Completed/).first()).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText(pace)).toBeHidden();
});
