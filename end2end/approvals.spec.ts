// A second person approves a large job, or refuses it. By keyboard.

import { acknowledge, dialog, execute, giveReason, openPanel } from "./deprovision.ts";
import { expect, test } from "./fixtures.ts";
import { everyLook } from "./looks.ts";
import { at, invite, join } from "./people.ts";

test.use({ importFile: "schools.csv", serverArgs: ["--approve-above", "1"] });

test("a job waits for a second person, who approves it", async ({ server, browser }) => {
  const [first, second] = await invite(server, [
    ["asker", ["operator"]],
    ["second", ["approver"]],
  ]);
  const [asker, , askerContext] = await join(browser, first!);
  const [approver, , approverContext] = await join(browser, second!);

  await at(asker, "/devices?q=NORTH");
  await asker.getByRole("checkbox", { name: "Select NORTH1", exact: true }).check();
  await asker.getByRole("checkbox", { name: "Select NORTH2", exact: true }).check();
  await openPanel(asker);
  await acknowledge(asker);
  await giveReason(asker);
  await expect(dialog(asker)).toContainText("A second person has to approve this job.");
  await execute(asker).press("Enter");
  await expect(asker.getByRole("heading", { name: /Waiting for approval/ })).toBeVisible();
  await expect(asker.getByText(/before anything is sent/)).toBeVisible();
  // It does not run, and nothing is wrong with it.
  await expect(dialog(asker).getByText("The job keeps running.")).toBeHidden();
  await expect(dialog(asker).locator(".field-error")).toHaveCount(0);
  await expect(dialog(asker).getByRole("button", { name: "Close" }).last()).toBeVisible();
  await everyLook(asker, "waiting-for-approval");

  // The approver finds it in the account menu.
  await at(approver, "/overview");
  await approver.locator(".account summary").press("Enter");
  await approver.getByRole("link", { name: "Approvals" }).press("Enter");
  await expect(approver.getByRole("heading", { level: 1 })).toHaveText("Approvals");
  await everyLook(approver, "approvals");
  await approver.getByRole("link", { name: /^Job #1/ }).press("Enter");
  await expect(approver.getByRole("heading", { level: 1 })).toHaveText("Approve job #1?");
  await expect(approver.getByRole("region", { name: "Devices of the review" })).toContainText(
    "NORTH2",
  );
  await everyLook(approver, "approval");
  await approver.getByRole("button", { name: "Approve" }).press("Enter");
  await expect(approver.getByRole("status")).toHaveText("The job is approved.");

  await expect(asker.getByRole("heading", { name: "Completed successfully" })).toBeVisible();
  await at(asker, "/jobs");
  await asker.getByRole("link", { name: /1/ }).first().press("Enter");
  await expect(asker.locator("dl").first()).toContainText("Approved by");
  await askerContext.close();
  await approverContext.close();
});

test("a job that is refused ends with the reason", async ({ server, browser }) => {
  const [first, second] = await invite(server, [
    ["asker", ["operator", "approver"]],
    ["second", ["approver"]],
  ]);
  const [asker, , askerContext] = await join(browser, first!);
  const [approver, , approverContext] = await join(browser, second!);
  await at(asker, "/devices?q=NORTH");
  await asker.getByRole("checkbox", { name: "Select NORTH1", exact: true }).check();
  await asker.getByRole("checkbox", { name: "Select NORTH2", exact: true }).check();
  await openPanel(asker);
  await acknowledge(asker);
  await giveReason(asker);
  await execute(asker).press("Enter");
  await asker.getByRole("link", { name: "View request" }).press("Enter");
  await expect(asker.getByText(/You started this job/)).toBeVisible();
  await expect(asker.getByRole("button", { name: "Approve" })).toHaveCount(0);

  await at(approver, "/overview");
  await approver.goto(asker.url());
  await approver.getByLabel("Reason to refuse").fill("These are still in use");
  await approver.getByLabel("Reason to refuse").press("Enter");
  await expect(approver.getByRole("status")).toHaveText("The job is refused.");
  await at(asker, "/jobs");
  await expect(asker.locator("main")).toContainText("Stopped");
  await expect(asker.getByText(/These are still in use/).first()).toBeVisible();
  await askerContext.close();
  await approverContext.close();
});
