// A Firefox, for what browsers do differently. Playwright drives only a Firefox of its
// own making; Puppeteer drives any, over WebDriver BiDi.

import { type Browser, type ElementHandle, launch, type Page } from "puppeteer-core";

/** A page in a Firefox of its own, and what it must not have said. */
export class Firefox {
  readonly page: Page;
  readonly problems: string[] = [];
  readonly #browser: Browser;

  private constructor(browser: Browser, page: Page) {
    this.#browser = browser;
    this.page = page;
    page.on("console", (message) => {
      if (["error", "warn"].includes(message.type())) {
        this.problems.push(`console ${message.type()}: ${message.text()}`);
      }
    });
    page.on("pageerror", (error) => this.problems.push(`page error: ${String(error)}`));
  }

  static async open(width: number): Promise<Firefox> {
    const executablePath = process.env["FIREFOX_PATH"];
    if (executablePath === undefined) {
      throw new Error("FIREFOX_PATH is not set: run `cargo xtask test browser`");
    }
    const browser = await launch({ browser: "firefox", executablePath, headless: true });
    const page = await browser.newPage();
    await page.setViewport({ width, height: 800 });
    return new Firefox(browser, page);
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }

  /** Opens an address and waits until the page reacts to a person. */
  async goto(url: string): Promise<void> {
    await this.page.goto(url);
    await this.page.waitForSelector("html[data-hydrated=whole]");
  }

  /** Clicks on the first element that shows this text and matches the selector. */
  async click(selector: string, text: string | RegExp = ""): Promise<void> {
    await (await this.find(selector, text)).click();
  }

  /** Waits for an element that shows this text and matches the selector. */
  async find(selector: string, text: string | RegExp = ""): Promise<ElementHandle<Element>> {
    const [source, flags] = text instanceof RegExp ? [text.source, text.flags] : [text, null];
    const found = await this.page.waitForFunction(
      (selector, source, flags) =>
        [...document.querySelectorAll<HTMLElement>(selector)].find((element) => {
          const shown = element.innerText.trim();
          const fits = flags === null ? shown.includes(source) : RegExp(source, flags).test(shown);
          return fits && element.checkVisibility();
        }),
      { timeout: 15_000 },
      selector,
      source,
      flags,
    );
    return found.asElement() as ElementHandle<Element>;
  }
}
