// nginx as `deploy/nginx.conf` has it, on a port of its own and with a certificate of the tests.

import { type ChildProcess, spawn } from "node:child_process";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";

const ROOT = join(import.meta.dirname, "../..");
const START_TIMEOUT_MS = 20_000;

export class Nginx {
  #child: ChildProcess | undefined;
  #folder = "";
  #log = "";

  /** Serves what is at `address` under https://sunset.example:`port`. */
  async start(port: number, address: string): Promise<void> {
    this.#folder = await mkdtemp(join(tmpdir(), "sunset-nginx-"));
    // The workers are another user, and keep there what a client takes slowly.
    await chmod(this.#folder, 0o755);
    const fixture = (name: string) => join(ROOT, "tests/fixtures/tls", name);
    let http = await readFile(join(ROOT, "deploy/nginx.conf"), "utf8");
    for (const [place, value] of [
      ["listen 80;", `listen unix:${join(this.#folder, "plain")};`],
      ["listen 443 ", `listen 127.0.0.1:${port} `],
      ["/etc/ssl/sunset/fullchain.pem", fixture("good.pem")],
      ["/etc/ssl/sunset/privkey.pem", fixture("key.pem")],
      ["server 127.0.0.1:3000;", `server ${address};`],
      ["Host $host;", `Host $host:${port};`],
    ] as const) {
      if (!http.includes(place)) throw new Error(`deploy/nginx.conf has no ${place}`);
      http = http.replace(place, value);
    }
    const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
      .map((kind) => `${kind}_temp_path ${join(this.#folder, kind)};`)
      .join(" ");
    const file = join(this.#folder, "nginx.conf");
    await writeFile(
      file,
      "daemon off; pid nginx.pid; error_log stderr; events {}\n" +
        `http { access_log off; ${temporary}\n${http} }\n`,
    );
    const path = `${process.env["PATH"]}:/usr/sbin`;
    const child = spawn("nginx", ["-p", this.#folder, "-c", file], { env: { PATH: path } });
    this.#child = child;
    child.on("error", (error) => (this.#log += `nginx did not start: ${error.message}`));
    child.stderr.on("data", (text: Buffer) => (this.#log += text));
    const end = Date.now() + START_TIMEOUT_MS;
    while (!(await answers(port))) {
      if (child.exitCode !== null || end < Date.now()) throw new Error(this.#log);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child?.exitCode === null) {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("close", () => socket.destroy());
    socket.once("connect", () => socket.end());
  });
}
