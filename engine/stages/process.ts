/** Runs one command for a stage in a process group of its own; when this resolves, nothing of it lives. */
import { closeSync } from "node:fs";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { machineClock } from "../clock.ts";
import type { Evidence } from "../failure/evidence.ts";
import { openPlain } from "../git/plain-file.ts";
import { type Enclosure, enclosed, steppedDown } from "../git/work-user.ts";
import { type HeardBy, hear } from "./hear.ts";
import { type Capture, type Captured, openCapture } from "./output.ts";
import { openPipe, type Pipe } from "./pipes.ts";
import { endGroup, groupLives } from "./process-group.ts";
import { type HowEnded, startByShell } from "./starter.ts";
import { endMarked, isNewest, type StrayMark } from "./strays.ts";

export interface ProcessSpec extends HeardBy {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** What stands on standard input, which is empty otherwise. */
  readonly inputFile?: string;
  readonly timeoutMs: number | null;
  readonly signal: AbortSignal;
  /** Where `stdout.log` and `stderr.log` go; they must not exist. */
  readonly logDir: string;
  /** An entry of `env` that no other attempt has: finds what left the group. */
  readonly mark: StrayMark;
  /** Is given standard input to write on, in place of a file. */
  readonly onInput?: (input: Writable) => void;
  /** Aborted when nothing more is wanted of the process: it is ended, and its signal is no fact about it. */
  readonly enough?: AbortSignal;
  /** For what it printed, as a whole: what is cut from that later holds no half of a secret (R-SEC-4). The log files are raw. */
  readonly mask?: (text: string) => string;
  /** Between asking a process to end and killing it. */
  readonly graceMs?: number;
  /** How long what stands around the command may outlive it by itself. */
  readonly settleMs?: number;
}

export interface ProcessResult {
  readonly evidence: Evidence;
  readonly durationMs: number;
  readonly stdout: Captured;
  readonly stderr: Captured;
  /** Why it could not be started. */
  readonly startError: string | null;
  /** True when it ended by itself and left processes running, which were ended too. */
  readonly leftovers: boolean;
  /** Processes that could not be ended from here, another user's for instance. */
  readonly survivors: string | null;
}

const GRACE_MS = 2000;

export async function runProcess(spec: ProcessSpec): Promise<ProcessResult> {
  const started = performance.now();
  const stdout = openCapture(join(spec.logDir, "stdout.log"));
  const stderr = openCapture(join(spec.logDir, "stderr.log"));
  const end = await execute(spec, stdout, stderr);
  return {
    ...end,
    durationMs: performance.now() - started,
    stdout: said(stdout.close(), spec),
    stderr: said(stderr.close(), spec),
  };
}

const said = (captured: Captured, { mask }: ProcessSpec): Captured =>
  mask === undefined
    ? captured
    : { ...captured, tail: mask(captured.tail), text: () => mask(captured.text()) };

type End = Omit<ProcessResult, "durationMs" | "stdout" | "stderr">;

const notStarted: End = {
  evidence: { canceled: true },
  startError: null,
  leftovers: false,
  survivors: null,
};

async function execute(spec: ProcessSpec, stdout: Capture, stderr: Capture): Promise<End> {
  const pipes = [await openPipe(), await openPipe()] as const;
  const close = () => {
    for (const pipe of pipes) pipe.close();
  };
  const around = await enclosed();
  // Asked before it is begun, and again once it is listened for.
  if (spec.signal.aborted) {
    for (const { release } of pipes) release();
    close();
    await around.end();
    return notStarted;
  }
  const begun = await startWithin(spec, pipes, around);
  if (typeof begun === "string" || begun instanceof Error) {
    close();
    await around.end();
    const [error_code, startError] =
      typeof begun === "string"
        ? ["configuration" as const, begun]
        : ["spawn_failed" as const, begun.message];
    return { ...notStarted, evidence: { exit_code: null, error_code }, startError };
  }
  const { pid: group, ended } = begun;
  const allHeard = hear(pipes, [stdout, stderr], spec);
  const graceMs = spec.graceMs ?? GRACE_MS;
  let cause: Cause | null = null;
  let ending: Promise<boolean> | null = null;
  const stop = (why: Cause): void => {
    cause ??= why;
    ending ??= endGroup(group, graceMs);
  };
  const over = watchFor(spec, stop);
  const end = await ended;
  over.abort("ended");
  // Who would have told its end was ended, so this is what ends it.
  if (end === null) ending ??= endGroup(group, graceMs);
  const [code, signal] = end ?? [null, "SIGKILL"];
  if (ending === null) await settled(group, spec.settleMs ?? 0);
  const { leftovers, survivors } = await endRest(group, ending, spec.mark, graceMs);
  const alive = await around.end();
  await allHeard();
  close();

  const evidence: Evidence = {
    exit_code: code,
    ...(signal === null || cause === "enough" ? {} : { signal }),
    ...(cause === "timeout" ? { timed_out: true } : {}),
    ...(cause === "cancel" ? { canceled: true } : {}),
  };
  return {
    evidence,
    startError: null,
    leftovers: leftovers && cause === null,
    survivors: alive ?? survivors,
  };
}

type Cause = "timeout" | "cancel" | "enough";

function inputOf({ inputFile, onInput }: ProcessSpec): "ignore" | "pipe" | number {
  if (onInput !== undefined) return "pipe";
  return inputFile === undefined ? "ignore" : openPlain(inputFile).fd;
}

interface Begun {
  /** Its own group. */
  readonly pid: number;
  readonly ended: Promise<HowEnded | null>;
}

/** What cannot begin leaves nothing open. A text: the command itself is none (a NUL in it), which is its author's fault. */
async function startWithin(
  spec: ProcessSpec,
  pipes: readonly [Pipe, Pipe],
  around: Enclosure,
): Promise<Begun | Error | string> {
  const release = () => {
    for (const pipe of pipes) pipe.release();
  };
  let openedByName = false;
  try {
    if ([spec.file, ...spec.args].some((text) => text.includes("\0")))
      return "a NUL character stands in its command, which no program can be given";
    const [out, err] = pipes;
    const plain = spec.file === "bash" && spec.inputFile === undefined && spec.onInput === undefined;
    const shell = plain ? await startByShell(spec, out.writeFd, err.writeFd) : null;
    openedByName = shell !== null;
    void shell?.ended.then(release);
    return shell ?? (await start(spec, pipes, around));
  } catch (error) {
    await around.end();
    throw error;
  } finally {
    // What a small shell starts opens them through this process, and may not have done so yet.
    if (!openedByName) release();
  }
}

async function start(spec: ProcessSpec, [out, err]: readonly [Pipe, Pipe], around: Enclosure) {
  const stdin = inputOf(spec);
  try {
    const { file, args } = steppedDown(spec.file, spec.args, around);
    // Where a small shell starts all, it is never loaded.
    const { execa } = await import("execa");
    const child = execa(file, args, {
      cwd: spec.cwd,
      env: spec.env,
      extendEnv: false,
      // The type knows descriptors up to 9 only.
      stdio: [stdin as 3, out.writeFd as 3, err.writeFd as 3],
      detached: true,
      cleanup: false,
      buffer: false,
      reject: false,
    });
    const ended = new Promise<HowEnded>((resolve) => {
      child.once("exit", (...end) => resolve(end));
    });
    if (child.pid === undefined) {
      const { originalMessage, shortMessage } = await child;
      return new Error(originalMessage ?? shortMessage ?? "the process could not be started");
    }
    if (child.stdin !== null) spec.onInput?.(child.stdin);
    return { pid: child.pid, ended };
  } finally {
    if (typeof stdin === "number") closeSync(stdin);
  }
}

/** Calls `stop` at the timeout or the abort, whichever is first, until the returned controller is aborted. */
function watchFor({ timeoutMs, signal, enough }: ProcessSpec, stop: (why: Cause) => void): AbortController {
  const over = new AbortController();
  if (signal.aborted) stop("cancel");
  if (enough?.aborted) stop("enough");
  enough?.addEventListener("abort", () => stop("enough"), { once: true, signal: over.signal });
  signal.addEventListener("abort", () => stop("cancel"), { once: true, signal: over.signal });
  if (timeoutMs !== null) {
    void machineClock.sleep(timeoutMs, over.signal).then(() => over.signal.aborted || stop("timeout"));
  }
  return over;
}

const LOOK_MS = 5;

async function settled(group: number, mostMs: number): Promise<void> {
  const never = new AbortController().signal;
  for (let waited = 0; waited < mostMs && groupLives(group); waited += LOOK_MS)
    await machineClock.sleep(LOOK_MS, never);
}

async function endRest(group: number, ending: Promise<boolean> | null, mark: StrayMark, graceMs: number) {
  if (ending === null && isNewest(group)) return { leftovers: false, survivors: null };
  const running = groupLives(group);
  const groupEnded = await (ending ?? endGroup(group, graceMs));
  const strays = await endMarked([mark], group, graceMs);
  const survivors = [
    ...(groupEnded ? [] : [`group ${group}`]),
    ...strays.alive.map((pid) => `process ${pid}`),
  ];
  return {
    leftovers: running || strays.ended > 0,
    survivors: survivors.length > 0 ? survivors.join(", ") : null,
  };
}
