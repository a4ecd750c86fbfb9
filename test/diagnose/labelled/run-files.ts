/** A run folder in memory, to be changed line by line and written where it can be diagnosed. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Diagnosis, diagnose } from "../../../engine/diagnose/diagnosis.ts";
import { readRun } from "../../../engine/diagnose/folder/read-run.ts";

export type Json = Record<string, unknown>;

export interface RunFiles {
  /** Logs by path, a line each; a text is a line that is no JSON. */
  readonly logs: Record<string, (Json | string)[]>;
  readonly json: Record<string, Json>;
}

export const copyOf = (run: RunFiles): RunFiles => structuredClone(run);

/** Of a run that has been written before: its logs and its JSON files, without its worktrees. */
export function readFiles(root: string): RunFiles {
  const run: RunFiles = { logs: {}, json: {} };
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name).slice(root.length + 1);
    if (!entry.isFile() || /(?:^|\/)(?:worktrees?|source|lock)\//.test(path)) continue;
    const text = readFileSync(join(root, path), "utf8");
    if (path.endsWith(".ndjson"))
      run.logs[path] = text
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line));
    else if (path.endsWith(".json")) run.json[path] = JSON.parse(text);
  }
  return run;
}

let root = "";
const written = new Map<string, string>();

/** One folder for all: only what differs from the run before is written. */
export async function diagnosed(run: RunFiles, now: number): Promise<Diagnosis> {
  if (root === "") root = mkdtempSync(join(tmpdir(), "labelled-"));
  const files = new Map([
    ...Object.entries(run.logs).map(([path, lines]) => [path, textOf(lines)] as const),
    ...Object.entries(run.json).map(([path, value]) => [path, JSON.stringify(value)] as const),
  ]);
  for (const path of written.keys()) if (!files.has(path)) rmSync(join(root, path));
  for (const [path, text] of files) {
    if (written.get(path) === text) continue;
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  written.clear();
  for (const [path, text] of files) written.set(path, text);
  return diagnose(await readRun(root, now));
}

export function cleanUp(): void {
  rmSync(root, { recursive: true, force: true });
  root = "";
  written.clear();
}

const textOf = (lines: readonly (Json | string)[]): string =>
  lines.map((line) => `${typeof line === "string" ? line : JSON.stringify(line)}\n`).join("");
