import { axe, expect, hydrated, test } from "./fixtures.ts";

test("the console opens and comes alive", async ({ page }) => {
  await page.goto("/");
  await hydrated(page);

  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await axe(page);
});

test("the server says that it is well", async ({ request }) => {
  expect((await request.get("/healthz")).status()).toBe(200);
  // It is ready once the search index is built, a moment after the start.
  await expect.poll(async () => (await request.get("/readyz")).status()).toBe(200);
});

test("the server comes back where it was", async ({ page, server, allowRequest }) => {
  // The open page asks for this and that while nobody is there.
  allowRequest(/./);
  await page.goto("/");
  await hydrated(page);
  const url = server.url;

  await server.kill();
  await server.restart();

  expect(server.url).toBe(url);
  await page.reload();
  await hydrated(page);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
});
