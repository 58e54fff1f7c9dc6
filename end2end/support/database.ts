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
  /** What `--seal-key` takes: gone afterwards as well. */
  sealKey: string;
  remove(): Promise<void>;
}

export async function createDatabase(kind: DatabaseKind): Promise<Database> {
  return kind === "sqlite" ? sqlite() : postgres();
}

async function sqlite(): Promise<Database> {
  const folder = await mkdtemp(join(tmpdir(), "sunset-end2end-"));
  return {
    url: `sqlite:${join(folder, "sunset.db")}`,
    sealKey: join(folder, "seal.key"),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function postgres(): Promise<Database> {
  const server = process.env["SUNSET_TEST_POSTGRES"];
  if (!server) {
    throw new Error("SUNSET_TEST_POSTGRES is not set: run `cargo xtask test browser`");
  }
  const name = `sunset_end2end_${randomBytes(6).toString("hex")}`;
  const folder = await mkdtemp(join(tmpdir(), "sunset-end2end-"));
  const url = new URL(server);
  url.pathname = `/${name}`;

  await execute(server, `CREATE DATABASE ${name}`);
  return {
    url: url.href,
    sealKey: join(folder, "seal.key"),
    remove: async () => {
      await execute(server, `DROP DATABASE ${name} WITH (FORCE)`);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Shuts a Postgres database to everybody, whoever is in it, or opens it again. */
export async function letIn(database: string, yes: boolean): Promise<void> {
  const server = process.env["SUNSET_TEST_POSTGRES"] ?? "";
  const name = new URL(database).pathname.slice(1);
  await execute(
    server,
    `ALTER DATABASE ${name} ALLOW_CONNECTIONS ${yes}`,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE NOT ${yes} AND datname = '${name}'`,
  );
}

async function execute(server: string, ...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    for (const sql of statements) {
      await client.query(sql);
    }
  } finally {
    await client.end();
  }
}
