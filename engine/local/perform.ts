/** One attempt on this machine: its folder, its tree, its heartbeat, its commit. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { threadOf } from "../agents/sessions/thread.ts";
import type { Clock } from "../clock.ts";
import type { Config } from "../config/schema.ts";
import { spendable, timeLeft } from "../core/decide/budget.ts";
import type { StageEffect } from "../core/effects.ts";
import type { EventBody } from "../core/events.ts";
import type { AttemptResult } from "../core/outcome.ts";
import type { Scope } from "../core/state.ts";
import type { RunLog } from "../drive/log.ts";
import { clip } from "../failure/clip.ts";
import { watchingGit } from "../git/hanging-git.ts";
import { GitError } from "../git/process.ts";
import { giveFolder } from "../git/work-user.ts";
import { TreeGoneError } from "../git/worktree.ts";
import type { Fidelity, Pipeline, Stage } from "../graph/pipeline.ts";
import { storedPath } from "../ledger/stored-path.ts";
import { errorNumber } from "../ledger/write-failed.ts";
import { once } from "../once.ts";
import type { StageMemory, StageNote, StageRequest, StageRunner } from "../stages/port.ts";
import { because } from "../stages/reason.ts";
import type { Beat, Vitals } from "./heartbeats.ts";
import { attemptFolder, latestStatusPath } from "./layout.ts";
import { type Hearing, wordsFor } from "./steered-words.ts";
import type { Committed, Workspaces } from "./workspaces.ts";

export interface PerformPorts {
  readonly clock: Clock;
  readonly log: RunLog;
  readonly config: Config;
  readonly logsRoot: string;
  readonly rootRunId?: string;
  readonly workspaces: Workspaces;
  readonly vitals: Vitals;
  readonly runner: StageRunner;
  readonly hearing?: Hearing;
}

/** Later than the start of a job; to ask Node for what it has loaded is dear too. */
const latestStatus = once(() => import("./latest-status.ts"));

/** From the moment when an attempt should end; its process is gone long before, and its work is committed. */
const END_WITHIN_MS = 30_000;

/**
 * Resolves in any case, soon after the signal aborts: what holds an attempt may be git on a dead disk or a handler that
 * does not listen, and the run must be able to end (R-LIVE-7).
 */
export function performer(ports: PerformPorts) {
  return async (effect: StageEffect, signal: AbortSignal): Promise<AttemptResult> => {
    const started = performance.now();
    const late = new AbortController();
    const over = new AbortController();
    const attempt: Attempt = { beat: null, over: false };
    const watch = { signal: late.signal, progress: () => ports.vitals.moved(effect) };
    const givenUp = new Promise<AttemptResult>((resolve, reject) => {
      const giveUp = async () => {
        await ports.clock.sleep(END_WITHIN_MS, over.signal);
        if (over.signal.aborted) return;
        attempt.over = true;
        late.abort("given up");
        await attempt.beat?.end();
        resolve(unfinished(signal, performance.now() - started));
      };
      const begin = () => void giveUp().catch(reject);
      if (signal.aborted) begin();
      else signal.addEventListener("abort", begin, { once: true, signal: over.signal });
    });
    try {
      return await Promise.race([watchingGit(watch, () => perform(ports, effect, signal, attempt)), givenUp]);
    } finally {
      over.abort("over");
    }
  };
}

interface Attempt {
  beat: Beat | null;
  /** Nothing that it still says belongs to the run. */
  over: boolean;
}

const unfinished = (signal: AbortSignal, durationMs: number): AttemptResult => ({
  outcome: {
    status: "fail",
    failure_reason: `did not end within ${END_WITHIN_MS} ms of being stopped${because(signal.reason)}`,
  },
  evidence: { canceled: true },
  durationMs,
});

async function perform(
  ports: PerformPorts,
  effect: StageEffect,
  signal: AbortSignal,
  attempt: Attempt,
): Promise<AttemptResult> {
  const { log, workspaces, logsRoot } = ports;
  const scope = log.state.scopes.get(effect.scope);
  const stage = log.pipeline.stages.get(effect.node);
  if (!scope || !stage) throw new Error(`effect ${effect.id} names nothing in the run`);
  const folder = attemptFolder(effect.scope, scope.restarts, effect.node, effect.visit, effect.attempt);
  const stageDir = join(logsRoot, folder);
  mkdirSync(stageDir, { recursive: true });
  // A manager runs no process of its own, and the run folder of its child lies in there: the driver's alone.
  if (stage.manager === null) await giveFolder(stageDir);
  const worktree = await workspaces.tree(effect.scope, scope.commit);
  const place = {
    ...(effect.scope === "" ? {} : { branch_key: effect.scope }),
    node_id: effect.node,
    visit: effect.visit,
    attempt: effect.attempt,
  };
  const previous = scope.context.get("previous_node");
  const fidelity = fidelityOf(log.pipeline, stage, scope.via);
  const request: StageRequest = {
    runId: log.state.runId,
    rootRunId: ports.rootRunId ?? log.state.runId,
    pipeline: log.pipeline,
    stage,
    branchKey: effect.scope === "" ? null : effect.scope,
    visit: effect.visit,
    attempt: effect.attempt,
    context: Object.fromEntries(scope.context),
    inputs: log.state.started?.inputs ?? {},
    // Asked by agents alone; as long as the graph.
    get history() {
      return historyOf(scope);
    },
    fidelity,
    thread: fidelity === "full" ? threadFor(log.pipeline, stage, scope) : null,
    spendableUsd: spendable(log.state, scope),
    spendableTokens: spendable(log.state, scope, "tokens"),
    failures: scope.nodes.get(effect.node)?.failures ?? null,
    async anew(nth) {
      await workspaces.reset(effect.scope, scope.commit);
      const again = `${stageDir}-t${nth}`;
      mkdirSync(again);
      await giveFolder(again);
      return { stageDir: again };
    },
    predecessor:
      typeof previous === "string"
        ? { node: previous, outcome: String(scope.context.get("outcome") ?? "") }
        : null,
    logsRoot,
    stageDir,
    worktree,
    timeoutMs: sooner(timeoutOf(stage.timeoutMs, ports.config), timeLeft(log.state, ports.clock.now())),
    signal,
    words: wordsFor(effect.node, log, ports.hearing, () => attempt.over),
    note: (note) => {
      if (attempt.over) return;
      if (note.event === "agent_told") ports.hearing?.told(String(note.command_id));
      log.push({ ...place, ...shortened(note) } as EventBody);
      // An event of the stage is progress, whatever it wrote.
      beat.activity(0);
    },
    activity: (bytes) => beat.activity(bytes),
  };
  const beat = ports.vitals.begin(effect, place, stage.timeoutMs);
  attempt.beat = beat;
  let result: AttemptResult;
  try {
    result = await ports.runner(request);
  } catch (error) {
    result = faultOf(error, request);
  } finally {
    // The beat is gone before the end can be recorded: no heartbeat ever follows it (R-LIVE-1).
    await beat.end();
  }
  const lastDir = result.stageDir === undefined ? stageDir : join(logsRoot, result.stageDir);
  const { showLatest } = await latestStatus();
  await showLatest(
    join(logsRoot, latestStatusPath(effect.scope, scope.restarts, effect.node)),
    lastDir,
    result,
  );
  let committed: Committed | null = null;
  try {
    committed = await workspaces.commit(
      effect.scope,
      `attractor(${log.state.runId}): ${effect.node} (${result.outcome.status})`,
      result.commit ?? scope.commit,
    );
  } catch (error) {
    if (signal.aborted) throw error;
    result = { ...faultOf(error, request), durationMs: result.durationMs };
    await workspaces.renew(effect.scope, scope.commit);
  }
  for (const problem of committed?.left ?? []) {
    log.push({ event: "warning", ...place, code: "not_committed", message: problem });
  }
  return {
    ...result,
    stageDir: storedPath(logsRoot, lastDir),
    ...(committed === null ? {} : { commit: committed.commit }),
  };
}

/** A fault that a stage brought about (its tree or folder removed, broken git) is its failure; all else is the engine's (R-SEC-6). */
function faultOf(error: unknown, { stage }: StageRequest): AttemptResult {
  const byStage = error instanceof GitError || error instanceof TreeGoneError || errorNumber(error) !== "";
  if (!byStage || /ENOSPC|EDQUOT|EROFS|No space left|Read-only file system/i.test(String(error))) throw error;
  const reason = `${stage.id} left what cannot be gone on with: ${(error as Error).message}`;
  return { outcome: { status: "fail", failure_reason: reason }, evidence: {}, durationMs: 0 };
}

/** What a stage notes while it runs is for people; its words are kept up to a limit. */
const shortened = (note: StageNote): StageNote =>
  Object.fromEntries(
    Object.entries(note).map(([name, value]) => [name, typeof value === "string" ? clip(value).text : value]),
  ) as unknown as StageNote;

const historyOf = (scope: Scope): StageMemory[] =>
  [...scope.nodes].flatMap(([node, { visits, last }]) =>
    last
      ? [{ node, visits, status: last.status, ...(last.reason === null ? {} : { reason: last.reason }) }]
      : [],
  );

function threadFor(pipeline: Pipeline, stage: Stage, scope: Scope): string {
  const before = scope.context.get("previous_node");
  const previous = typeof before === "string" ? before : null;
  return threadOf({ pipeline, stage, via: scope.via, previous, restarts: scope.restarts });
}

/** Edge, then node, then graph (specification 5.4). */
function fidelityOf(pipeline: Pipeline, stage: Stage, via: number | null): Fidelity {
  const edge = (pipeline.into.get(stage.id) ?? []).find((route) => route.index === via);
  return edge?.fidelity ?? stage.fidelity ?? pipeline.defaultFidelity;
}

const sooner = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.min(a, b);

/** The stage's own limit and the run's: whichever is shorter; 0 is none. */
export function timeoutOf(own: number | null | undefined, { runtime_policy }: Config): number | null {
  const limits = [own ?? 0, runtime_policy.stage_timeout_ms].filter((ms) => ms > 0);
  return limits.length > 0 ? Math.min(...limits) : null;
}
