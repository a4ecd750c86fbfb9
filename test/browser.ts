/** A real Chromium for tests that must look. Where there is none the console says "not run", and nothing is claimed. */
import { existsSync } from "node:fs";
import { chromium, type Page } from "playwright-core";

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
  const browser = await chromium.launch({ executablePath, args: ARGS });
  try {
    const page = await browser.newPage({
      colorScheme: options.colorScheme ?? "light",
      javaScriptEnabled: options.javaScript ?? true,
      viewport: { width: options.width ?? 1280, height: 900 },
    });
    await page.route(
      (url) => /^(https?|wss?):$/.test(url.protocol) && url.origin !== options.origin,
      (route) => route.abort(),
    );
    return await look(page);
  } finally {
    await browser.close();
  }
}
