/** Which source files each command was made of, with size and time: what the launcher compares (`cli/launch/built.mjs`). */
import { existsSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import type { Metafile } from "esbuild";

export const LIST = "cli/commands.ts";
/** Another one is another set of packages. */
const PACKAGES = ["package.json", "node_modules/.package-lock.json"];

/** Command to lines of `size\ttime\tpath`. A word that is no command loads the list alone. */
export function commandInputs(root: string, { inputs }: Metafile): Map<string, string> {
  const commands = (inputs[LIST]?.imports ?? []).flatMap(({ path, kind }) =>
    kind === "dynamic-import" ? [path] : [],
  );
  const found = new Map<string, string>();
  const common = reached(inputs, "cli/main.ts", new Set(commands));
  for (const entry of [LIST, ...commands]) {
    const files = entry === LIST ? common : new Set([...common, ...reached(inputs, entry, new Set())]);
    const own = [...files].filter((path) => !path.includes("node_modules/")).sort();
    const name = entry === LIST ? "none" : basename(entry, ".ts");
    found.set(name, [...PACKAGES, ...own].map((path) => lineOf(root, path)).join(""));
  }
  return found;
}

function reached(inputs: Metafile["inputs"], from: string, except: ReadonlySet<string>): Set<string> {
  const files = new Set<string>();
  const go = (path: string): void => {
    if (files.has(path) || except.has(path) || inputs[path] === undefined) return;
    files.add(path);
    for (const each of inputs[path].imports) go(each.path);
  };
  go(from);
  return files;
}

function lineOf(root: string, path: string): string {
  const full = join(root, path);
  if (!existsSync(full)) return "";
  const { size, mtimeMs } = statSync(full);
  return `${size}\t${mtimeMs}\t${path}\n`;
}
