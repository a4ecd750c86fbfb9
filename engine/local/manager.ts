/** A manager stage: runs a child graph, watches it, may steer it, and ends with it (specification 4.11). */
import { dirname, join, relative, resolve, sep } from "node:path";
import { sendSteering } from "../agents/steering.ts";
import type { Clock } from "../clock.ts";
import type { Config } from "../config/schema.ts";
import type { Spent } from "../core/spend.ts";
import { type RunState, TRUNK } from "../core/state.ts";
import { spentSince, usageLines } from "../core/usage.ts";
import type { Evidence } from "../failure/evidence.ts";
import { readPlainBelow, writeNewFile } from "../git/plain-file.ts";
import type { Manager } from "../graph/pipeline.ts";
import { isPaused, liveOf } from "../ledger/projections/live.ts";
import { messageOf } from "../message-of.ts";
import {
  type ChildSeen,
  childPath,
  GRAPH_BYTES,
  noGraph,
  outcomeOf,
  type Verdict,
  verdictOn,
} from "../stages/manager.ts";
import type { StageRequest, StageRunner } from "../stages/port.ts";
import type { DriverOptions, RunReport } from "./driver.ts";
import { exists, FILES } from "./folder.ts";
import { attemptFolder } from "./layout.ts";
import { openRun } from "./open-run.ts";
import type { ResumeChild, StartChild } from "./start-options.ts";

export interface ManagerOptions {
  readonly config: Config;
  readonly script: string | null;
  /** What is not real in the run of the manager (R-RUN-5). */
  readonly simulated: readonly string[];
  readonly options: DriverOptions;
  readonly clock: Clock;
  readonly startChild: StartChild;
  /** Where an earlier driver may have left a child that a provider stopped. */
  readonly resumeChild?: ResumeChild;
}

interface Child extends ChildSeen {
  state: RunState | null;
  over: boolean;
  problem: string | null;
  pause?: Evidence["pause"];
  root: string;
  /** What an earlier attempt of its manager has accounted for. */
  paid: ReadonlyMap<string, Spent>;
  /** Attempts that were given the manager's words. */
  readonly steered: Set<string>;
}

export function managerRunner(manager: ManagerOptions): StageRunner {
  return async (request) => {
    const started = performance.now();
    const end = (verdict: Verdict, child: Child | null) => ({
      outcome: outcomeOf(verdict, child),
      evidence: request.signal.aborted ? { canceled: true } : verdict.evidence,
      durationMs: performance.now() - started,
      // What a child spent is its parent's to pay.
      ...(child?.state ? { usage: usageLines(spentSince(child.state.usage, child.paid)) } : {}),
    });
    const refuse = (why: string) => end({ status: "fail", why, evidence: {} }, null);
    const found = childPath(request.stage);
    if (!found.ok) return refuse(found.why);
    const { spec, path, named } = found;
    const source = await childGraph(request.worktree, resolve(request.worktree, path));
    if (source === null) return refuse(noGraph(named));
    const stop = new AbortController();
    const child: Child = {
      state: null,
      over: false,
      problem: null,
      paid: new Map(),
      root: join(request.stageDir, "child"),
      steered: new Set(),
    };
    const running = spec.childAutostart
      ? launch(manager, request, spec, source, child, stop)
      : Promise.resolve();
    let verdict: Verdict = { status: "fail", why: "the manager stopped watching", evidence: {} };
    try {
      verdict = await observe(manager.clock, request, spec, child, running);
    } finally {
      // The child never outlives its manager, whatever ended that.
      stop.abort(verdict.why);
      await running;
    }
    return end(verdict, child);
  };
}

/** An earlier stage may have put a link or a pipe on the way to it. */
const childGraph = (worktree: string, path: string): Promise<string | null> =>
  readPlainBelow(worktree, relative(worktree, path).split(sep), GRAPH_BYTES);

async function launch(
  { config, script, simulated, options, clock, startChild, resumeChild }: ManagerOptions,
  request: StageRequest,
  spec: Manager,
  source: string,
  child: Child,
  stop: AbortController,
): Promise<void> {
  const watched: DriverOptions = {
    ...options,
    clock,
    rootRunId: request.rootRunId ?? request.runId,
    cancel: AbortSignal.any([request.signal, stop.signal]),
    watch: (_event, state) => {
      child.state = state;
      request.activity(1);
    },
  };
  try {
    const before = resumeChild === undefined ? null : await pausedBefore(clock, request);
    if (resumeChild !== undefined && before !== null) {
      Object.assign(child, before);
      told(child, await resumeChild(before.root, { ...watched, by: request.stage.id }));
      return;
    }
    const report = await startChild({
      ...watched,
      root: child.root,
      runId: `${request.runId}-${request.stage.id}-v${request.visit}a${request.attempt}`.slice(-80),
      source,
      graphPath: spec.childDotfile,
      workdir: spec.childWorkdir
        ? resolve(request.worktree, spec.childWorkdir)
        : dirname(resolve(request.worktree, spec.childDotfile ?? ".")),
      config: { ...config, git: { ...config.git, require_clean: false } },
      script,
      inputs: request.inputs,
      // What a script plays the child finds out by its own graph.
      simulated: simulated.filter((what) => what === "gates" || what === "executables"),
      invocation: [],
    });
    told(child, report);
  } catch (error) {
    child.problem = messageOf(error);
  } finally {
    child.over = true;
  }
}

function told(child: Child, { why, live }: RunReport): void {
  if (why !== "waiting") return;
  const [pause] = live.pauses;
  if (pause === undefined) {
    child.problem = "the child waits for a person and nobody can be asked";
    return;
  }
  const { provider, reason, until } = pause;
  child.problem = `the child is paused at ${pause.node_id}: ${reason}`;
  child.pause = { provider, ...(until === undefined ? {} : { until }) };
}

/** The child that the attempt before this one left when a provider stopped it: it goes on, and is not begun anew. */
async function pausedBefore(
  clock: Clock,
  { stageDir, attempt }: StageRequest,
): Promise<Pick<Child, "root" | "paid"> | null> {
  const root = join(stageDir.replace(/-a\d+$/, `-a${attempt - 1}`), "child");
  if (attempt === 1 || !(await exists(join(root, FILES.log)))) return null;
  const { log, ledger } = await openRun(root, clock);
  await ledger.close();
  return isPaused(log.state) ? { root, paid: log.state.usage } : null;
}

async function observe(
  clock: Clock,
  request: StageRequest,
  spec: Manager,
  child: Child,
  running: Promise<void>,
): Promise<Verdict> {
  const ended = running.then(() => true);
  const { timeoutMs } = request;
  const until = timeoutMs === null ? Number.POSITIVE_INFINITY : clock.elapsed() + timeoutMs;
  const context = new Map(Object.entries(request.context));
  for (let cycle = 1; ; cycle++) {
    const leftMs = until - clock.elapsed();
    const canceled = request.signal.aborted ? String(request.signal.reason) : null;
    const verdict = verdictOn(spec, child, { context, cycle, timeoutMs, leftMs, canceled });
    if (verdict) return verdict;
    if (spec.actions.includes("steer")) await steer(request, child, cycle);
    const pause = new AbortController();
    await Promise.race([
      clock.sleep(
        spec.actions.includes("wait") ? Math.min(spec.pollIntervalMs, leftMs) : 0,
        AbortSignal.any([pause.signal, request.signal]),
      ),
      ended,
    ]);
    pause.abort();
  }
}

/** Leaves the manager's prompt where the child's running stage can read it. */
async function steer(request: StageRequest, child: Child, cycle: number): Promise<void> {
  if (!child.state || child.state.ended || request.stage.prompt === "") return;
  for (const stage of liveOf(child.state).current) {
    if (stage.phase !== "running" || stage.attempt === undefined) continue;
    const restarts = child.state.scopes.get(stage.branch_key ?? TRUNK)?.restarts ?? 0;
    const folder = attemptFolder(stage.branch_key ?? "", restarts, stage.node_id, stage.visit, stage.attempt);
    await writeNewFile(
      join(child.root, folder, "steering.md"),
      `# Cycle ${cycle}\n\n${request.stage.prompt}\n`,
    ).catch((error: Error) => {
      request.note({ event: "warning", code: "steer_failed", message: error.message });
    });
    // The agent hears it between two turns, once an attempt; the file says it to whoever reads.
    const place = `${stage.branch_key ?? ""} ${stage.node_id} ${stage.visit} ${stage.attempt}`;
    if (child.steered.has(place)) continue;
    child.steered.add(place);
    const words = { text: request.stage.prompt, by: request.stage.id };
    await sendSteering(child.root, stage.node_id, words, Date.now());
  }
}
