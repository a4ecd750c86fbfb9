/** A step's process: its lines, its end, and the runner's way of stopping it (SIGINT, 7.5 s, SIGTERM, 2.5 s, kill). */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { createInterface } from "node:readline";
import type { Clock } from "../../clock.ts";
import { killTree } from "./process-tree.ts";

const INTERRUPT_MS = 7_500;
const TERMINATE_MS = 2_500;
/** What a child that inherited the pipes may still write after the step's own process ended. */
const DRAIN_MS = 5_000;

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface RunningProcess {
  readonly ended: Promise<number>;
  /** Asks, then insists, then kills. */
  stop(): void;
  kill(): void;
}

export function startProcess(command: Command, clock: Clock, onLine: (line: string) => void): RunningProcess {
  const child = spawn(command.file, command.args, {
    cwd: command.cwd,
    env: command.env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const timers = new Set<() => void>();
  const later = (ms: number, work: () => void) => timers.add(clock.after(ms, work));
  const alive = () => child.exitCode === null && child.signalCode === null;
  const kill = () => {
    if (child.pid !== undefined) killTree(child.pid);
  };
  const signal = (name: NodeJS.Signals) => {
    if (alive()) child.kill(name);
  };
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on("line", onLine);
  }
  let stopping = false;

  const ended = new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", () => later(DRAIN_MS, kill));
    child.once("close", (code, by) => {
      for (const cancel of timers) cancel();
      resolve(code ?? 128 + (by === null ? 0 : constants.signals[by]));
    });
  });

  return {
    ended,
    kill,
    stop() {
      if (stopping || !alive()) return;
      stopping = true;
      signal("SIGINT");
      later(INTERRUPT_MS, () => {
        if (!alive()) return;
        signal("SIGTERM");
        later(TERMINATE_MS, () => {
          if (alive()) kill();
        });
      });
    },
  };
}
