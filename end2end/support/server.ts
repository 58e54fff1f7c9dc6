// A server process of a test's own. Tests stop, kill and restart it as they like.

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { promisify } from "node:util";

const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 30_000;

export class Server {
  /** Where the server is, the same after a restart. */
  url = "";

  #child: ChildProcess | undefined;
  #output = "";

  constructor(
    /** What `--database` takes. */
    readonly database: string,
    /** What comes after `sunset serve`, besides address and database. */
    readonly args: readonly string[],
  ) {}

  /** Starts the server, at a free port the first time. */
  async start(): Promise<void> {
    const address = this.url === "" ? "127.0.0.1:0" : new URL(this.url).host;
    const child = spawn(
      program(),
      ["serve", "--listen", address, "--database", this.database, ...this.args],
      { env: environment(), stdio: ["ignore", "pipe", "pipe"] },
    );
    this.#child = child;

    const before = this.#output.length;
    child.stderr.on("data", (text: Buffer) => (this.#output += text));
    this.url = await new Promise<string>((resolve, reject) => {
      const fail = (why: string) =>
        reject(new Error(`the server ${why}:\n${this.#output.slice(before)}`));
      const timer = setTimeout(() => fail("does not say where it is"), START_TIMEOUT_MS);
      child.stdout.on("data", (text: Buffer) => {
        this.#output += text;
        // At a public address it also says where its proxy reaches it.
        const said = /^Sunset is at (?:http:\/\/|https:.* reaches it at )(\S+)$/m;
        const address = said.exec(this.#output.slice(before))?.[1];
        if (address !== undefined) {
          clearTimeout(timer);
          resolve(`http://${address.replace(/\/$/, "")}`);
        }
      });
      child.once("error", (error) => fail(`did not start (${error.message})`));
      child.once("exit", (code, signal) => fail(`ended at once (${code ?? signal})`));
    });
  }

  /** Ends the server as a crash would. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Asks the server to end, and waits until it has. */
  async stop(): Promise<void> {
    await this.#end("SIGTERM");
  }

  /** Starts the server again, on the same port and database. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** What the server has printed since the test began. */
  log(): string {
    return this.#output;
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) {
      return;
    }
    const ended = once(child, "exit");
    child.kill(signal);
    const timer = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
    await ended;
    clearTimeout(timer);
  }
}

/** Runs `sunset` with these arguments to its end, and returns what it printed. */
export async function sunset(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(program(), args, { env: environment() });
  return stdout;
}

function program(): string {
  const path = process.env["SUNSET_BIN"];
  if (!path) {
    throw new Error("SUNSET_BIN is not set: run `cargo xtask test browser`");
  }
  return path;
}

/** Ours without the variables that would configure the server, and no grace. */
function environment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(([name]) => !name.startsWith("SUNSET_"));
  return { ...Object.fromEntries(entries), SUNSET_GRACE_SECONDS: "0" };
}
