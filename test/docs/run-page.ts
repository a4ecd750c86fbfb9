/** Runs what a page shows: its `sh` blocks in order, in one empty repository, with `npx attractor` as this checkout's command. */
import { spawnSync } from "node:child_process";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { ATTRACTOR } from "../attractor.ts";
import { folder, git, repository } from "../local/world.ts";

export const root = resolve(import.meta.dirname, "../..");

export interface Block {
  readonly line: number;
  readonly code: string;
  /** What the page says that it prints: the `text` block right after it. */
  readonly prints: string | null;
  /** Why it is not run here; from the words after `sh not run:`. */
  readonly notRun: string | null;
}

const FENCE = /^```(\w+)([^\n]*)\n([\s\S]*?)^```$/gm;

export function blocksOf(page: string): Block[] {
  const text = readFileSync(join(root, page), "utf8");
  const all = [...text.matchAll(FENCE)].map((match) => ({
    kind: match[1]!,
    note: match[2]!.trim(),
    code: match[3]!,
    begin: match.index,
    end: match.index + match[0].length,
  }));
  return all.flatMap(({ kind, note, code, begin, end }, at) => {
    if (kind !== "sh") return [];
    const next = all[at + 1];
    const follows = next?.kind === "text" && text.slice(end, next.begin).trim() === "";
    return [
      {
        line: text.slice(0, begin).split("\n").length,
        code,
        prints: follows ? next.code : null,
        notRun: note.startsWith("not run:") ? note.slice("not run:".length).trim() : null,
      },
    ];
  });
}

export interface Place {
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
}

/** A repository with one commit, and a PATH on which `npx` and `attractor` are this checkout's. */
export function place(files: Readonly<Record<string, string>> = { "README.md": "# mine\n" }): Place {
  const home = repository(files);
  const bin = folder();
  const run = `exec '${process.execPath}' '${ATTRACTOR}' "$@"\n`;
  for (const [name, text] of [
    ["attractor", run],
    ["npx", `[ "$1" = attractor ] && shift && npm_command=exec && export npm_command && ${run}`],
    // Installed it is already.
    ["npm", `[ "$1" = ci ] && exit 0; echo "npm $1 is not for here"; exit 1\n`],
  ] as const) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}`);
    chmodSync(join(bin, name), 0o755);
  }
  git(home, "config", "user.name", "ada");
  git(home, "config", "user.email", "ada@example.com");
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}`, NO_COLOR: "1", TZ: "UTC" };
  return { home, env };
}

export interface Ran {
  readonly block: Block;
  readonly code: number | null;
  readonly output: string;
}

/** In one shell, as somebody would type them; a page stops at the first block that fails. */
export function runBlocks(page: string, { home, env }: Place): Ran[] {
  const done: Ran[] = [];
  const state = join(folder(), "state");
  writeFileSync(state, "");
  for (const block of blocksOf(page)) {
    if (block.notRun !== null) continue;
    // Variables and the folder go on from block to block.
    const script = `. '${state}'\nset -e\n${block.code}\n{ echo "cd '$PWD'"; set | grep -E '^(RUN|LOGS)=' || true; } > '${state}'\n`;
    const ran = spawnSync("bash", ["-c", script], {
      cwd: home,
      env,
      encoding: "utf8",
      input: "",
      timeout: 120_000,
    });
    done.push({ block, code: ran.status, output: `${ran.stdout}${ran.stderr}` });
    if (ran.status !== 0) break;
  }
  return done;
}

/** `…` in what a page prints stands for anything on that line, a line of `…` for any lines; times, ids and counts differ. */
export function printsAs(said: string): RegExp {
  const lines = said
    .trimEnd()
    .split("\n")
    .map((line) => (line.trim() === "…" ? "(?:.*\\n)*?.*" : line.trimEnd().split("…").map(words).join(".*")));
  return new RegExp(lines.map((line) => `${line}[ \\t]*`).join("\\n"));
}

const words = (text: string): string =>
  text
    .replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
    .replace(/\d[0-9a-f:-]*(?:\\\.\d+)?/g, "[0-9a-f:.-]+")
    .replace(/(?<=\+) m?s\b/g, " m?s");
