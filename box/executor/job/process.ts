/** A step's process: its lines, its end, and the runner's way of stopping it (SIGINT, 7.5 s, SIGTERM, 2.5 s, kill). */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { createInterface } from "node:readline";
import type { Clock } from "../../clock.ts";
import type { RunnerUser } from "./folders.ts";
import { killTree } from "./process-tree.ts";

const INTERRUPT_MS = 7_500;
const TERMINATE_MS = 2_500;
/** How long a child that inherited the pipes is still heard after the step's own process ended. It lives until the job's end. */
const DRAIN_MS = 5_000;

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** False in a container: who is told to stop is only the program that started it there. */
  readonly hears: boolean;
  readonly user: RunnerUser | undefined;
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
    ...command.user,
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

  let leave = (_code: number) => {};
  const ended = new Promise<number>((resolve, reject) => {
    leave = resolve;
    child.once("error", reject);
    const over = () => {
      for (const cancel of timers) cancel();
      const { exitCode, signalCode } = child;
      resolve(exitCode ?? 128 + (signalCode === null ? 0 : constants.signals[signalCode]));
    };
    child.once("exit", () =>
      later(DRAIN_MS, () => {
        for (const stream of [child.stdout, child.stderr]) stream.destroy();
        over();
      }),
    );
    child.once("close", over);
  });

  return {
    ended,
    kill,
    stop() {
      if (stopping || !alive()) return;
      stopping = true;
      if (!command.hears) return leave(128 + constants.signals.SIGINT);
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
