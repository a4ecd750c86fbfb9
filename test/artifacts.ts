/** Pictures that tests keep for people to look at; git ignores them. */
import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import type { Page } from "playwright-core";

export async function keep(page: Page, name: string): Promise<void> {
  const folder = resolve(import.meta.dirname, "../test-artifacts/pages");
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
}
