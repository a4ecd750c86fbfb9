/** Real runs in folders of their own: a repository, graphs of shell commands, this process or a real one as driver. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { EventName, EventOf, RunEvent } from "../../engine/core/events.ts";
import { parseEvent } from "../../engine/core/events.ts";
import { type RunOptions, run } from "../../engine/index.ts";
import type { Final } from "../../engine/ledger/projections/final.ts";
import type { RunReport } from "../../engine/local/driver.ts";
import { ATTRACTOR } from "../attractor.ts";
import { putFiles } from "../put-files.ts";

/** `s` starts, `e` ends; attributes of the graph in front. */
export const graph = (body: string, attrs = ""): string =>
  `digraph g { graph [goal="It works" ${attrs}]\n s [shape=Mdiamond]; e [shape=Msquare]\n ${body}\n}\n`;

export const tool = (id: string, command: string, attrs = ""): string =>
  `${id} [shape=parallelogram, tool_command=${JSON.stringify(command)}${attrs === "" ? "" : `, ${attrs}`}]`;

/** What stands and falls with the machine is waited for, never slept for. */
export async function until<T>(
  what: string,
  look: () => T | null | undefined | false,
  withinMs = 40_000,
): Promise<T> {
  const last = performance.now() + withinMs;
  for (;;) {
    const found = look();
    if (found) return found;
    if (performance.now() > last) throw new Error(`never happened: ${what}`);
    await new Promise((later) => setTimeout(later, 20));
  }
}

export function folder(): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "attractor-local-")));
  onTestFinished(() => rmSync(path, { recursive: true, force: true, maxRetries: 5 }));
  return path;
}

export function git(cwd: string, ...args: string[]): string {
  const identity = ["-c", "user.name=user", "-c", "user.email=user@example.com"];
  return execFileSync("git", [...identity, ...args], { cwd, encoding: "utf8" }).trim();
}

/** A repository with these files committed. */
export function repository(
  files: Readonly<Record<string, string>> = { "README.md": "# a repository\n" },
): string {
  const path = folder();
  git(path, "init", "--quiet", "--initial-branch=main");
  putFiles(path, files);
  git(path, "add", "--all");
  git(path, "commit", "--quiet", "--message=first");
  return path;
}

export interface Done extends RunReport {
  readonly log: RunEvent[];
}

/** In this process; the log is read back from the file. */
export async function ran(source: string, options: Partial<RunOptions> = {}): Promise<Done> {
  const logsRoot = options.logsRoot ?? join(folder(), "run");
  const report = await run(source, { workdir: folder(), ...options, logsRoot });
  return { ...report, log: logOf(logsRoot) };
}

export const logOf = (root: string): RunEvent[] =>
  readFileSync(join(root, "progress.ndjson"), "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => parseEvent(JSON.parse(line)));

export const named = <N extends EventName>(log: readonly RunEvent[], name: N): EventOf<N>[] =>
  log.filter((event): event is EventOf<N> => event.event === name);

export const readJson = <T = Record<string, unknown>>(path: string): T =>
  JSON.parse(readFileSync(path, "utf8"));
export const finalOf = (root: string): Final => readJson<Final>(join(root, "final.json"));
export const hasFinal = (root: string): boolean => existsSync(join(root, "final.json"));

/** How often a stage really ran: commands append their name to a file outside every worktree. */
export const executions = (path: string): string[] =>
  existsSync(path) ? readFileSync(path, "utf8").split("\n").filter(Boolean) : [];

export function cli(cwd: string, ...args: string[]) {
  const done = spawnSync(process.execPath, [ATTRACTOR, ...args], {
    cwd,
    encoding: "utf8",
    input: "",
    timeout: 50_000,
  });
  return { code: done.status, out: done.stdout, err: done.stderr };
}

/** A driver as a process of its own, ended with the test at the latest. */
export function driver(cwd: string, ...args: string[]) {
  const child = spawn(process.execPath, [ATTRACTOR, ...args], { cwd, stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  child.stdout.on("data", (chunk) => (text += chunk));
  child.stderr.on("data", (chunk) => (text += chunk));
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) =>
    child.once("close", (code, signal) => resolve({ code, signal })),
  );
  onTestFinished(() => void child.kill("SIGKILL"));
  return { child, ended, text: () => text, kill: (signal: NodeJS.Signals) => child.kill(signal) };
}
