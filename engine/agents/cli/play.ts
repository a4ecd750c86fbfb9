/** One call of a CLI from start to end: its lines read, its silence and its hanging bounded (R-AGENT-17). */
import { type ProcessResult, runProcess } from "../../stages/process.ts";
import { hiddenFolderOf } from "../confine/places.ts";
import type { Enclosed } from "../confine/sandbox.ts";
import type { AgentRequest } from "../port.ts";
import type { AccountedUsage, CliAdapter, CliCall, CliFailure, CliTask } from "./adapter.ts";
import { idleClock } from "./idle.ts";
import { readJsonLines } from "./jsonl.ts";

export interface CliLimits {
  /** Without progress; null: as long as a command of the agent may be silent, and some minutes. */
  readonly idleMs: number | null;
  /** Of the whole call, where the stage has no time limit. */
  readonly totalMs: number;
  /** Between the last line and being ended; null: as the CLI needs it. */
  readonly graceMs: number | null;
}

export const CLI_LIMITS: CliLimits = { idleMs: null, totalMs: 6 * 3_600_000, graceMs: null };

export interface Played {
  readonly process: ProcessResult;
  readonly account: AccountedUsage;
  readonly stopped: CliFailure | null;
  readonly timeoutMs: number;
}

export interface Play {
  readonly adapter: CliAdapter;
  readonly executable: string;
  readonly call: CliCall;
  /** Around all of it; null: none. */
  readonly room: Enclosed | null;
  readonly task: CliTask;
  readonly limits: CliLimits;
  readonly env: Readonly<Record<string, string>>;
  /** Hands out the means to say from elsewhere that it came further, or must stop. */
  readonly onStart: (hands: Hands) => void;
}

export interface Hands {
  progress(): void;
  stop(why: CliFailure): void;
}

export async function play(agent: AgentRequest, spec: Play): Promise<Played> {
  const { adapter, limits, task } = spec;
  const { request } = agent;
  const reader = adapter.reader(task);
  const enough = new AbortController();
  const timeoutMs = request.timeoutMs ?? limits.totalMs;
  const idleMs = limits.idleMs ?? Math.max(IDLE_MS, task.settings.maxCommandTimeoutMs + COMMAND_MARGIN_MS);
  let stopped: CliFailure | null = null;
  let grace: NodeJS.Timeout | null = null;
  let bytes = 0;
  let endedAt: number | null = null;

  const stop = (why: CliFailure): void => {
    if (reader.account().end !== null) return;
    stopped ??= why;
    enough.abort();
  };
  const idle = idleClock(idleMs, () => {
    stop({ problem: `${adapter.name} made no progress for ${idleMs} ms`, code: "idle_timeout" });
  });
  const progress = (): void => {
    idle.touch();
    request.activity(bytes);
  };
  const lines = readJsonLines({
    onEvent(event) {
      const { progress: further, log = [] } = tell(() => reader.take(event));
      for (const line of log) agent.log(line);
      if (further) progress();
      if (reader.account().end !== null) endedAt ??= performance.now();
      if (reader.account().end !== null)
        grace ??= setTimeout(() => enough.abort(), limits.graceMs ?? adapter.graceMs);
    },
    onText(line, length) {
      agent.log({ kind: "ERROR", error: `no JSON line (${length} bytes): ${line}` });
    },
  });
  const tell = (take: () => ReturnType<typeof reader.take>) => {
    try {
      return take();
    } catch (error) {
      agent.log({ kind: "ERROR", error: `a line could not be read: ${(error as Error).message}` });
      return { progress: false };
    }
  };

  spec.onStart({ progress, stop });
  const started = performance.now();
  const bare = { file: spec.executable, args: spec.call.args };
  const process = await runProcess({
    ...(spec.room?.enter(bare.file, bare.args, hiddenFolderOf(bare.file)) ?? bare),
    cwd: request.worktree,
    env: { ...spec.env, ...spec.call.env },
    ...(reader.speak === undefined ? { inputFile: agent.promptFile } : { onInput: reader.speak }),
    ...(spec.room === null ? {} : { settleMs: spec.room.settleMs }),
    timeoutMs,
    signal: request.signal,
    enough: enough.signal,
    logDir: request.stageDir,
    mark: `ATTRACTOR_STAGE_DIR=${request.stageDir}`,
    activity: (all) => {
      bytes = all;
    },
    onOutput: lines.take,
    ...(request.mask === undefined ? {} : { mask: request.mask }),
  });
  lines.close();
  idle.stop();
  if (grace !== null) clearTimeout(grace);
  const account = reader.account();
  // What it says of its end after it was asked to end is an answer to that, and no result.
  const late = stopped !== null || (endedAt !== null && endedAt - started >= timeoutMs);
  return { process, account: late ? { ...account, end: null } : account, stopped, timeoutMs };
}

const IDLE_MS = 600_000;
/** Room for a command that runs until its own time is over. */
const COMMAND_MARGIN_MS = 120_000;
