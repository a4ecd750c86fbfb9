/** Commands: each in a process group of its own, asked to end and then made to; what it said so far comes back. */
import { type ChildProcess, spawn } from "node:child_process";
import { endGroup } from "../../../stages/process-group.ts";

const GRACE_MS = 2000;
/** After the command itself has ended, for output that is still on its way. */
const DRAIN_MS = 200;
const KEPT_HEAD = 4 * 1024 * 1024;
const KEPT_TAIL = 1024 * 1024;

/** A real pipe behind the command: what writes to `/dev/stderr` cannot open a socket. No start-up files. */
const WRAPPED = 'bash --noprofile --norc -c "$1" > >(exec cat) 2>&1';

export interface Command {
  readonly command: string;
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly timeoutMs: number;
  readonly onBytes: (bytes: number) => void;
}

export interface ShellEnd {
  readonly output: string;
  readonly code: number | null;
  readonly signal: string | null;
  readonly timedOut: boolean;
}

const groups = new Set<number>();

export function runCommand(command: Command, stop: AbortSignal): Promise<ShellEnd> {
  const child = spawn("bash", ["--noprofile", "--norc", "-c", WRAPPED, "bash", command.command], {
    cwd: command.cwd,
    env: { ...process.env, PAGER: "cat", GIT_PAGER: "cat", GIT_TERMINAL_PROMPT: "0", ...command.env },
    detached: true,
    stdio: [command.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
  });
  if (child.pid !== undefined) groups.add(child.pid);
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(command.input);
  const kept = keep(child, command.onBytes);
  return new Promise((resolve, reject) => {
    let timedOut = false;
    let ending: Promise<unknown> | null = null;
    const end = () => {
      ending ??= child.pid === undefined ? null : endGroup(child.pid, GRACE_MS);
    };
    const timer = setTimeout(() => {
      timedOut = true;
      end();
    }, command.timeoutMs);
    if (stop.aborted) end();
    else stop.addEventListener("abort", end, { once: true });
    const over = () => {
      clearTimeout(timer);
      stop.removeEventListener("abort", end);
    };
    child.once("error", (error) => {
      over();
      reject(error);
    });
    child.once("exit", async (code, signal) => {
      over();
      // What it began may outlive it by the time of grace.
      await ending;
      const done = () => {
        clearTimeout(drain);
        resolve({ output: kept(), code, signal, timedOut });
      };
      const drain = setTimeout(done, DRAIN_MS);
      child.once("close", done);
    });
  });
}

function keep(child: ChildProcess, onBytes: (bytes: number) => void): () => string {
  const head: Buffer[] = [];
  let tail: Buffer[] = [];
  let bytes = 0;
  let held = 0;
  const take = (chunk: Buffer): void => {
    if (bytes < KEPT_HEAD) head.push(chunk);
    else {
      tail.push(chunk);
      held += chunk.length;
      while (held - tail[0]!.length >= KEPT_TAIL) held -= tail.shift()!.length;
    }
    bytes += chunk.length;
    onBytes(chunk.length);
  };
  child.stdout?.on("data", take);
  child.stderr?.on("data", take);
  return () => {
    const first = Buffer.concat(head);
    const last = Buffer.concat(tail);
    tail = [];
    const lost = bytes - first.length - last.length;
    return lost > 0 ? `${first}\n[... ${lost} bytes were not kept ...]\n${last}` : `${first}${last}`;
  };
}

/** Everything that any command of this session left behind. */
export const stopAll = (): Promise<unknown> =>
  Promise.all([...groups].map((group) => endGroup(group, GRACE_MS)));
