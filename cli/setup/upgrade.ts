/** `attractor init --upgrade`: the marked lines of the workflows, as the configuration and this version have them. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Setup, type SetupFile, workflowFiles } from "../../github/workflows/init-files.ts";
import { renewed } from "../../github/workflows/marked-section.ts";
import { isOldCall } from "./caller-findings.ts";

export interface Upgraded {
  /** What changed in which file, as git shows it. */
  readonly diffs: readonly string[];
  /** Files that are somebody's own: nothing is written then. */
  readonly refused: readonly string[];
}

export function upgrade(folder: string, setup: Setup): Upgraded {
  const wanted = workflowFiles(setup).map((file) => ({ ...file, next: nextText(folder, file) }));
  const refused = wanted.flatMap(({ path, next }) => (next === null ? [path] : []));
  if (refused.length > 0) return { diffs: [], refused };
  const diffs = wanted.flatMap(({ path, next }) => {
    const at = join(folder, path);
    const before = existsSync(at) ? readFileSync(at, "utf8") : "";
    if (next === null || before === next) return [];
    mkdirSync(dirname(at), { recursive: true });
    writeFileSync(at, next);
    return [difference(path, before, next)];
  });
  return { diffs, refused };
}

/** Null: it has no marks, and is not what an earlier version wrote. */
function nextText(folder: string, { path, text }: SetupFile): string | null {
  const at = join(folder, path);
  if (!existsSync(at)) return text;
  const before = readFileSync(at, "utf8");
  return renewed(before, text) ?? (isOldCall(before) || isOldCoordinator(before) ? text : null);
}

const isOldCoordinator = (text: string): boolean =>
  /^name: Attractor coordinator$/m.test(text) && /\bpart: sweep\b/.test(text);

function difference(path: string, before: string, next: string): string {
  const work = mkdtempSync(join(tmpdir(), "attractor-init-"));
  try {
    for (const [name, text] of [
      ["before", before],
      ["after", next],
    ] as const)
      writeFileSync(join(work, name), text);
    // Exit code 1: they differ.
    const args = ["diff", "--no-index", "--no-color", "--no-ext-diff", "before", "after"];
    try {
      execFileSync("git", args, { cwd: work, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
      return "";
    } catch (error) {
      const { stdout } = error as { stdout?: string };
      const lines = (stdout ?? "").split("\n").slice(4).join("\n");
      return `--- ${path}\n+++ ${path}\n${lines}`;
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
