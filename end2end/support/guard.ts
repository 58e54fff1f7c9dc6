// Notes what no page may do: print to the console, throw, break its own content
// security policy, or make a request that fails. A hydration mismatch, for one,
// shows nowhere but in the console.

import type { BrowserContext } from "@playwright/test";

export class Guard {
  #allowedConsole: RegExp[] = [];
  #allowedRequests: RegExp[] = [];
  #notes: Note[] = [];

  /** Lets pages print messages that match. */
  allowConsole(pattern: RegExp): void {
    this.#allowedConsole.push(pattern);
  }

  /** Lets requests fail whose URL matches, and the browser say so. */
  allowRequest(pattern: RegExp): void {
    this.#allowedRequests.push(pattern);
  }

  async watch(context: BrowserContext): Promise<void> {
    await context.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => {
        console.error(`CSP: ${event.violatedDirective} forbids ${event.blockedURI}`);
      });
    });
    context.on("console", (message) => {
      const { url } = message.location();
      this.#notes.push({ text: `console ${message.type()}: ${message.text()} (${url})`, url });
    });
    context.on("weberror", (error) => {
      const { name, message, stack } = error.error();
      this.#notes.push({ text: `page error: ${stack || `${name}: ${message}`}` });
    });
    context.on("response", (response) => {
      if (response.status() >= 400) {
        const text = `answer ${response.status()}: ${response.request().method()} ${response.url()}`;
        this.#notes.push({ text, request: response.url() });
      }
    });
    context.on("requestfailed", (request) => {
      const why = request.failure()?.errorText ?? "unknown";
      // The page itself gave up: it was left, or took a newer answer, or the
      // answer became a download.
      if (why !== "net::ERR_ABORTED") {
        const text = `request failed (${why}): ${request.method()} ${request.url()}`;
        this.#notes.push({ text, request: request.url() });
      }
    });
  }

  /** What happened that the test did not allow. */
  problems(): string[] {
    return this.#notes.filter((note) => !this.#isAllowed(note)).map((note) => note.text);
  }

  #isAllowed({ text, url, request }: Note): boolean {
    const matches = (patterns: RegExp[], value: string) =>
      patterns.some((pattern) => pattern.test(value));
    if (request !== undefined) {
      return matches(this.#allowedRequests, request);
    }
    const aboutRequest = /Failed to load resource|net::ERR_/.test(text);
    return (
      matches(this.#allowedConsole, text) ||
      (aboutRequest && url !== undefined && matches(this.#allowedRequests, url))
    );
  }
}

interface Note {
  text: string;
  /** Where a console message comes from. */
  url?: string;
  /** The request that failed. */
  request?: string;
}
