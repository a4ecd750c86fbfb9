/**
 * The driver's side of the tool host. What the host says comes from a process that the agent's own commands can reach:
 * it is bounded and checked like any stranger's word.
 */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { type Enclosure, enclosed, steppedDown } from "../../../git/work-user.ts";
import { endGroup } from "../../../stages/process-group.ts";
import { endMarked, type StrayMark } from "../../../stages/strays.ts";
import { hiddenFolderOf } from "../../confine/places.ts";
import type { Enclosed } from "../../confine/sandbox.ts";
import { MOST_OUTPUT, type Order, type Start } from "../tool-host/protocol.ts";
import { type HostProgram, hostProgram } from "./host-file.ts";

export interface ToolOutput {
  readonly ok: boolean;
  readonly shown: string;
  readonly output: string;
  /** Of a command that ran. */
  readonly exitCode?: number | null;
  readonly timedOut?: boolean;
}

type Work = Extract<Order, { tool: string } | { hook: string }>;
export type Task = Work extends infer W ? (W extends Work ? Omit<W, "id"> : never) : never;

export interface ToolHost {
  /** null once it works; else why it does not, which no model can fix. */
  begin(): Promise<string | null>;
  /** Why its walls do not stand any more: what the agent does then it does in vain. */
  broken(): string | null;
  /** Never rejects: a host that dies or hangs gives an error as output, and the next task begins a new one. */
  run(task: Task, signal: AbortSignal): Promise<ToolOutput>;
  /** When it resolves, nothing that any task started is alive. */
  close(): Promise<void>;
}

export interface HostSettings extends Start {
  readonly env: Readonly<Record<string, string>>;
  /** Walls around it and all that it starts; null: none. */
  readonly room?: Enclosed | null;
  readonly mark: StrayMark;
  readonly activity: (bytes: number) => void;
}

const START_MS = 30_000;
/** Beyond a task's own time: its commands have ended by then. */
const GRACE_MS = 10_000;
/** Beyond the grace that it gives what it stops. */
const STOP_MS = 5000;
const END_MS = 3000;
const LONGEST_LINE = 16 * MOST_OUTPUT;
const MOST_SHOWN = 100_000;

interface Process {
  readonly child: ChildProcessWithoutNullStreams;
  readonly waiting: Map<number, (output: ToolOutput) => void>;
  readonly ready: Promise<void>;
  /** Everything that it and its commands began is ended; once. */
  readonly emptied: () => Promise<unknown>;
  said: string;
}

export function toolHost(settings: HostSettings): ToolHost {
  let process: Process | null = null;
  let program: HostProgram | null = null;
  let starting: Promise<Process> | null = null;
  let nextId = 1;
  let broken: string | null = null;

  const start = async (): Promise<Process> => {
    program ??= await hostProgram();
    const begun = begin(program, settings, await enclosed(), () => {
      if (process === begun) process = null;
      void begun.emptied();
    });
    process = begun;
    await begun.ready.catch((error: Error) => {
      if (settings.room) broken = `the sandbox of the tools did not start: ${error.message}`;
      throw error;
    });
    return begun;
  };
  const working = async (): Promise<Process> => {
    starting ??= process === null ? start().finally(() => (starting = null)) : null;
    return starting === null ? process! : await starting;
  };

  return {
    broken: () => broken,
    begin: () =>
      working().then(
        () => null,
        (error: Error) => broken ?? `the tools could not be started: ${error.message}`,
      ),
    async run(task, signal) {
      if (signal.aborted) return failed("not begun: the session ends");
      try {
        return await perform(await working(), { ...task, id: nextId++ }, signal);
      } catch (error) {
        return failed(`the tools could not be started: ${(error as Error).message}`);
      }
    },
    async close() {
      await starting?.catch(() => undefined);
      const at = process;
      if (at !== null) {
        at.child.stdin.end();
        await Promise.race([exited(at.child), new Promise((resolve) => setTimeout(resolve, END_MS).unref())]);
        if (at.child.pid !== undefined) await endGroup(at.child.pid, END_MS);
        await at.emptied();
      }
      await endMarked([settings.mark], null, END_MS);
      await program?.remove();
    },
  };
}

const exited = (child: ChildProcessWithoutNullStreams): Promise<unknown> =>
  child.exitCode !== null || child.signalCode !== null ? Promise.resolve() : once(child, "exit");

const failed = (message: string): ToolOutput => ({ ok: false, shown: message, output: message });

async function perform(at: Process, order: Work, signal: AbortSignal): Promise<ToolOutput> {
  const send = (line: Order): boolean =>
    at.child.stdin.writable && at.child.stdin.write(`${JSON.stringify(line)}\n`);
  const output = new Promise<ToolOutput>((resolve) => at.waiting.set(order.id, resolve));
  const kill = (when: string) => () => {
    at.said = `${"tool" in order ? order.tool : "the hook"} did not end ${when}`;
    at.child.kill("SIGKILL");
  };
  let hung = setTimeout(kill("in time"), order.timeoutMs + GRACE_MS);
  const stop = () => {
    send({ id: order.id, stop: true });
    clearTimeout(hung);
    hung = setTimeout(kill("when it was stopped"), STOP_MS);
  };
  signal.addEventListener("abort", stop, { once: true });
  send(order);
  try {
    return await output;
  } finally {
    clearTimeout(hung);
    signal.removeEventListener("abort", stop);
  }
}

function begin(program: HostProgram, settings: HostSettings, around: Enclosure, gone: () => void): Process {
  const { root, statusPath, env, activity, room } = settings;
  const bare = { file: process.execPath, args: ["--disable-warning=ExperimentalWarning", program.file] };
  const within =
    room?.enter(bare.file, bare.args, [program.parts, ...hiddenFolderOf(process.execPath)]) ?? bare;
  const { file, args } = steppedDown(within.file, within.args, around);
  const child = spawn(file, args, {
    cwd: root,
    env: { ...env },
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
  });
  const waiting: Process["waiting"] = new Map();
  let bytes = 0;
  let emptying: Promise<unknown> | null = null;
  let ready: () => void = () => undefined;
  let refuse: (error: Error) => void = () => undefined;
  const at: Process = {
    child,
    waiting,
    emptied: () => (emptying ??= around.end()),
    said: "",
    ready: new Promise((resolve, reject) => {
      ready = resolve;
      refuse = reject;
    }),
  };
  at.ready.catch(() => undefined);
  const late = setTimeout(() => child.kill("SIGKILL"), START_MS);
  const ended = (why: string) => {
    clearTimeout(late);
    gone();
    refuse(new Error(why));
    for (const settle of waiting.values()) settle(failed(`the tools' process ended: ${why}`));
    waiting.clear();
  };
  child.stdin.on("error", () => undefined);
  child.once("error", (error) => ended(error.message));
  child.once("exit", (code, signal) => ended(at.said.trim() || `it ended with ${code ?? signal}`));
  child.stderr.on("data", (chunk: Buffer) => {
    at.said = `${at.said}${chunk}`.slice(-2000);
  });
  eachLine(child, (line) => {
    const said = read(line);
    if (said === null) return void child.kill("SIGKILL");
    if ("ready" in said) {
      clearTimeout(late);
      return ready();
    }
    if ("bytes" in said) {
      bytes += said.bytes;
      return activity(bytes);
    }
    waiting.get(said.id)?.(said);
    waiting.delete(said.id);
  });
  child.stdin.write(`${JSON.stringify({ root, statusPath } satisfies Start)}\n`);
  return at;
}

function eachLine(child: ChildProcessWithoutNullStreams, take: (line: string) => void): void {
  let rest = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    rest += chunk;
    if (rest.length > LONGEST_LINE) child.kill("SIGKILL");
    // A long line comes in many pieces: it is read once, when it is whole.
    if (!chunk.includes("\n")) return;
    const lines = rest.split("\n");
    rest = lines.pop()!;
    for (const line of lines) take(line);
  });
}

/** null: no word of the protocol. */
function read(
  line: string,
): (ToolOutput & { id: number }) | { id: number; bytes: number } | { ready: true } | null {
  try {
    const said = JSON.parse(line) as Record<string, unknown>;
    if (said.ready === true) return { ready: true };
    const { id, bytes, ok, shown, output, exitCode, timedOut } = said;
    if (typeof id !== "number") return null;
    if (typeof bytes === "number") return { id, bytes: Number.isSafeInteger(bytes) && bytes > 0 ? bytes : 0 };
    if (typeof ok !== "boolean" || typeof shown !== "string" || typeof output !== "string") return null;
    return {
      ...{ id, ok, shown: shown.slice(0, MOST_SHOWN), output: output.slice(0, MOST_OUTPUT) },
      ...(typeof exitCode === "number" || exitCode === null ? { exitCode } : {}),
      ...(typeof timedOut === "boolean" ? { timedOut } : {}),
    };
  } catch {
    return null;
  }
}
