/** What a draft should know of the repository that it is for: names, no contents. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const MOST_NAMES = 60;

export function repositoryFacts(folder: string): string {
  const names = readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== ".git" && name !== ".attractor" && name !== "node_modules")
    .map((entry) => `${entry.name}${entry.isDirectory() ? "/" : ""}`)
    .sort();
  if (names.length === 0) return "It is empty.";
  const shown = names.slice(0, MOST_NAMES).join(" ");
  const scripts = scriptsIn(folder);
  return [
    `At its top: ${shown}${names.length > MOST_NAMES ? " and more" : ""}`,
    ...(scripts.length === 0 ? [] : [`Scripts of package.json: ${scripts.join(", ")}`]),
  ].join("\n");
}

function scriptsIn(folder: string): string[] {
  const path = join(folder, "package.json");
  if (!existsSync(path)) return [];
  try {
    const { scripts } = JSON.parse(readFileSync(path, "utf8")) as { scripts?: Record<string, unknown> };
    return Object.keys(scripts ?? {}).slice(0, MOST_NAMES);
  } catch {
    return [];
  }
}
