/** Processor time, time and memory of a whole command with all that it starts, several of them in turns. */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

export interface Command {
  readonly argv: readonly string[];
  readonly cwd: string;
  /** In place of this process's own. */
  readonly env?: NodeJS.ProcessEnv;
}

export interface Spent {
  /** User and system, of the command and of every process that it waited for. */
  readonly cpuMs: number;
  readonly wallMs: number;
  /** The most that the command's own process held. */
  readonly memoryMb: number;
}

/** A shell's `time` counts what a command's children took. */
const TIMED = 'TIMEFORMAT="%U %S"; time "$@" >/dev/null 2>&1';
const LOOK_MS = 20;

async function spent({ argv, cwd, env = process.env }: Command): Promise<Spent> {
  const began = performance.now();
  const child = spawn("bash", ["-c", TIMED, "bash", ...argv], {
    ...{ cwd, env, stdio: ["ignore", "ignore", "pipe"] },
  });
  let said = "";
  child.stderr.on("data", (chunk) => (said += chunk));
  let memoryMb = 0;
  const looking = setInterval(() => {
    memoryMb = Math.max(memoryMb, ...childrenOf(child.pid ?? 0).map(peakMb));
  }, LOOK_MS);
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  clearInterval(looking);
  const wallMs = performance.now() - began;
  if (code !== 0) throw new Error(`${argv.join(" ")} ended with ${code}`);
  const [user = 0, system = 0] = said.trim().split(/\s+/).map(Number);
  return { cpuMs: (user + system) * 1000, wallMs, memoryMb };
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function peakMb(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** Killed with SIGKILL as soon as there is such a file: what is left is there to be gone on with. */
export async function killedAt({ argv: [file = "", ...args], cwd }: Command, path: string): Promise<void> {
  const child = spawn(file, args, { cwd, stdio: "ignore" });
  const over = new Promise((resolve) => child.once("exit", resolve));
  const looking = setInterval(() => existsSync(path) && child.kill("SIGKILL"), LOOK_MS);
  await over;
  clearInterval(looking);
  if (child.signalCode !== "SIGKILL") throw new Error(`${args.join(" ")} ended before there was ${path}`);
}

/** One after the other in each round, so that whatever else the machine does meets all of them. */
export async function inTurns(
  commands: readonly (() => Command | Promise<Command>)[],
  rounds: number,
): Promise<Spent[][]> {
  const all = commands.map((): Spent[] => []);
  for (let round = 0; round < rounds; round++)
    for (const [n, command] of commands.entries()) all[n]?.push(await spent(await command()));
  return all;
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}
