// A database of a test's own, empty at first and gone afterwards.

import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import pg from "pg";

export type DatabaseKind = "sqlite" | "postgres";

export interface Database {
  /** What `--database` takes. */
  url: string;
  remove(): Promise<void>;
}

export async function createDatabase(kind: DatabaseKind): Promise<Database> {
  return kind === "sqlite" ? sqlite() : postgres();
}

async function sqlite(): Promise<Database> {
  const folder = await mkdtemp(join(tmpdir(), "sunset-end2end-"));
  return {
    url: `sqlite:${join(folder, "sunset.db")}`,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function postgres(): Promise<Database> {
  const server = process.env["SUNSET_TEST_POSTGRES"];
  if (!server) {
    throw new Error("SUNSET_TEST_POSTGRES is not set: run `cargo xtask test browser`");
  }
  const name = `sunset_end2end_${randomBytes(6).toString("hex")}`;
  const url = new URL(server);
  url.pathname = `/${name}`;

  await execute(server, `CREATE DATABASE ${name}`);
  return {
    url: url.href,
    remove: () => execute(server, `DROP DATABASE ${name} WITH (FORCE)`),
  };
}

async function execute(server: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
