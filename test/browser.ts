/** A real Chromium for tests that must look. Where there is none the console says "not run", and nothing is claimed. */
import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";

const CANDIDATES = [
  process.env.CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
];
const ARGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"];

export interface BrowserOptions {
  readonly colorScheme?: "light" | "dark";
  readonly javaScript?: boolean;
  readonly width?: number;
  /** The one address on this machine that pages may reach. */
  readonly origin?: string;
}

/** One for the tests of a file: it takes longer to start than most pages take to look at. */
const KEPT_MS = 2_000;
let open: Promise<Browser> | null = null;
let users = 0;
let closing: NodeJS.Timeout | undefined;

async function withBrowser<T>(executablePath: string, use: (browser: Browser) => Promise<T>): Promise<T> {
  clearTimeout(closing);
  users += 1;
  open ??= chromium.launch({ executablePath, args: ARGS });
  const current = open;
  try {
    return await use(await current);
  } finally {
    users -= 1;
    if (users === 0)
      closing = setTimeout(() => {
        open = null;
        void current.then(
          (browser) => browser.close(),
          () => undefined,
        );
      }, KEPT_MS);
  }
}

/** Runs `look` with a fresh page that can reach no network. Resolves to null when there is no browser. */
export async function inBrowser<T>(
  look: (page: Page) => Promise<T>,
  options: BrowserOptions = {},
): Promise<T | null> {
  const executablePath = CANDIDATES.find((path) => path && existsSync(path));
  if (!executablePath) {
    console.warn("not run: this test looks at a page and found no Chromium (set CHROMIUM to its path)");
    return null;
  }
  return await withBrowser(executablePath, async (browser) => {
    const context = await browser.newContext({
      colorScheme: options.colorScheme ?? "light",
      javaScriptEnabled: options.javaScript ?? true,
      viewport: { width: options.width ?? 1280, height: 900 },
    });
    try {
      const page = await context.newPage();
      await page.route(
        (url) => /^(https?|wss?):$/.test(url.protocol) && url.origin !== options.origin,
        (route) => route.abort(),
      );
      return await look(page);
    } finally {
      await context.close();
    }
  });
}
