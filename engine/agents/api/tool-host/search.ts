/** Finding files and lines: the files that git knows or would take, else all but git's own and installed packages. */
import { execFile } from "node:child_process";
import { lstat, readdir } from "node:fs/promises";
import { join, matchesGlob } from "node:path";
import { promisify } from "node:util";
import { locate, nameIn, type ToolPlace } from "./place.ts";
import { readText } from "./read.ts";
import { ToolError } from "./tool-error.ts";

const run = promisify(execFile);
const SKIPPED = new Set([".git", "node_modules"]);
const MOST_FILES = 100_000;
const DEFAULT_RESULTS = 100;
const LONGEST_LINE = 500;

/** Relative to the folder. */
async function filesBelow(folder: string): Promise<string[]> {
  try {
    const args = ["-C", folder, "ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    const { stdout } = await run("git", args, { maxBuffer: 64 * 1024 * 1024 });
    return [...new Set(stdout.split("\0").filter(Boolean))].slice(0, MOST_FILES);
  } catch {
    return walk(folder, "");
  }
}

async function walk(folder: string, below: string): Promise<string[]> {
  const found: string[] = [];
  const pending = [below];
  while (pending.length > 0 && found.length < MOST_FILES) {
    const at = pending.pop()!;
    for (const entry of await readdir(join(folder, at), { withFileTypes: true }).catch(() => [])) {
      if (entry.isDirectory() && !SKIPPED.has(entry.name)) pending.push(join(at, entry.name));
      else if (entry.isFile()) found.push(join(at, entry.name));
    }
  }
  return found;
}

export async function glob(
  place: ToolPlace,
  { pattern, path = "." }: { pattern: string; path?: string },
): Promise<string> {
  const folder = await locate(place, path);
  const files = (await filesBelow(folder)).filter((file) => matchesGlob(file, pattern));
  const dated = await Promise.all(
    files.map(async (file) => ({ file, at: (await lstat(join(folder, file)).catch(() => null))?.mtimeMs })),
  );
  const there = dated.flatMap(({ file, at }) => (at === undefined ? [] : [{ file, at }]));
  if (there.length === 0) return `no file matches ${pattern}`;
  return there
    .sort((a, b) => b.at - a.at || (a.file < b.file ? -1 : 1))
    .map(({ file }) => nameIn(place, join(folder, file)))
    .join("\n");
}

export interface GrepInput {
  readonly pattern: string;
  readonly path?: string;
  readonly glob?: string;
  readonly ignore_case?: boolean;
  readonly max_results?: number;
}

export async function grep(place: ToolPlace, input: GrepInput): Promise<string> {
  const { pattern, path = ".", max_results = DEFAULT_RESULTS } = input;
  const wanted = regex(pattern, input.ignore_case === true);
  const start = await locate(place, path);
  const stat = await lstat(start).catch(() => null);
  if (stat === null) throw new ToolError(`${path} is not there`);
  const below = stat.isDirectory() ? await filesBelow(start) : [""];
  const files = below.filter(
    (file) =>
      input.glob === undefined || matchesGlob(file, input.glob) || matchesGlob(file, `**/${input.glob}`),
  );
  const found: string[] = [];
  for (const file of files) {
    const full = file === "" ? start : join(start, file);
    const text = await readText(place, full).catch((error: unknown) => {
      if (file === "") throw error;
      return "";
    });
    for (const [nth, line] of text.split("\n").entries()) {
      if (!wanted.test(line)) continue;
      found.push(`${nameIn(place, full)}:${nth + 1}:${line.slice(0, LONGEST_LINE)}`);
      if (found.length === max_results)
        return `${found.join("\n")}\n[... stopped at ${max_results} results ...]`;
    }
  }
  return found.length === 0 ? `nothing matches ${pattern}` : found.join("\n");
}

function regex(pattern: string, ignoreCase: boolean): RegExp {
  try {
    return new RegExp(pattern, ignoreCase ? "iu" : "u");
  } catch {
    try {
      return new RegExp(pattern, ignoreCase ? "i" : "");
    } catch (error) {
      throw new ToolError(`the pattern is no regular expression: ${(error as Error).message}`);
    }
  }
}

export async function listDir(
  place: ToolPlace,
  { path = ".", depth = 1 }: { path?: string; depth?: number },
): Promise<string> {
  const start = await locate(place, path);
  const lines: string[] = [];
  const list = async (folder: string, indent: number): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
      throw new ToolError(error.code === "ENOENT" ? `${path} is not there` : `${path} is no folder`);
    });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const folderEntry = entry.isDirectory();
      lines.push(
        `${"  ".repeat(indent)}${entry.name}${folderEntry ? "/" : entry.isSymbolicLink() ? "@" : ""}`,
      );
      if (folderEntry && indent + 1 < depth && !SKIPPED.has(entry.name))
        await list(join(folder, entry.name), indent + 1);
    }
  };
  await list(start, 0);
  return lines.length === 0 ? `${path} is empty` : lines.join("\n");
}
