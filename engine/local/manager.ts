/** A manager stage: runs a child graph, watches it, may steer it, and ends with it (specification 4.11). */
import { realpath } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import type { Config } from "../config/schema.ts";
import { asText } from "../core/context.ts";
import type { JsonValue } from "../core/outcome.ts";
import { type RunState, TRUNK } from "../core/state.ts";
import type { Clock } from "../drive/clock.ts";
import { readPlainFile, writeNewFile } from "../git/plain-file.ts";
import { evaluate } from "../graph/condition.ts";
import type { Manager } from "../graph/pipeline.ts";
import { liveOf } from "../ledger/projections/live.ts";
import type { StageRequest, StageRunner } from "../stages/port.ts";
import { attemptFolder } from "./layout.ts";
import { type DriverOptions, startRun } from "./run.ts";

export interface ManagerOptions {
  readonly config: Config;
  readonly script: string | null;
  readonly options: DriverOptions;
  readonly clock: Clock;
}

interface Child {
  state: RunState | null;
  over: boolean;
  problem: string | null;
  readonly root: string;
}

interface Verdict {
  readonly status: "success" | "fail";
  readonly why: string;
  /** The manager's own time is up. */
  readonly late?: boolean;
}

export function managerRunner(manager: ManagerOptions): StageRunner {
  return async (request) => {
    const started = performance.now();
    let late = false;
    const end = (status: string, rest: { failure_reason?: string; notes?: string }, child: Child | null) => ({
      outcome: { status, ...rest, ...(child ? { context_updates: telemetry(child) } : {}) },
      evidence: request.signal.aborted ? { canceled: true } : late ? { timed_out: true } : {},
      durationMs: performance.now() - started,
    });
    const { manager: spec } = request.stage;
    if (!spec?.childDotfile) {
      return end(
        "fail",
        { failure_reason: `${request.stage.id} manages no child: set stack.child_dotfile` },
        null,
      );
    }
    const path = resolve(request.worktree, spec.childDotfile);
    if (isAbsolute(spec.childDotfile) || relative(request.worktree, path).startsWith("..")) {
      return end(
        "fail",
        { failure_reason: `stack.child_dotfile "${spec.childDotfile}" leads out of the worktree` },
        null,
      );
    }
    const source = await childGraph(request.worktree, path);
    if (source === null) {
      const failure_reason = `the child graph ${spec.childDotfile} is no ordinary file in the worktree of at most ${GRAPH_BYTES} bytes`;
      return end("fail", { failure_reason }, null);
    }
    const stop = new AbortController();
    const child: Child = { state: null, over: false, problem: null, root: join(request.stageDir, "child") };
    const running = spec.childAutostart
      ? launch(manager, request, spec, source, child, stop)
      : Promise.resolve();
    let verdict: Verdict = { status: "fail", why: "the manager stopped watching" };
    try {
      verdict = await observe(manager.clock, request, spec, child, running);
    } finally {
      // The child never outlives its manager, whatever ended that.
      stop.abort(verdict.why);
      await running;
    }
    late = verdict.late === true;
    return end(
      verdict.status,
      verdict.status === "success" ? { notes: verdict.why } : { failure_reason: verdict.why },
      child,
    );
  };
}

const GRAPH_BYTES = 16 * 1024 * 1024;

/** An earlier stage may have put a link or a pipe on the way to it. */
async function childGraph(worktree: string, path: string): Promise<string | null> {
  const [root, folder] = await Promise.all([realpath(worktree), realpath(dirname(path)).catch(() => "")]);
  const within = relative(root, folder);
  if (folder === "" || within === ".." || within.startsWith(`..${sep}`)) return null;
  return await readPlainFile(path, GRAPH_BYTES);
}

async function launch(
  { config, script, options, clock }: ManagerOptions,
  request: StageRequest,
  spec: Manager,
  source: string,
  child: Child,
  stop: AbortController,
): Promise<void> {
  try {
    const report = await startRun({
      ...options,
      clock,
      rootRunId: request.rootRunId ?? request.runId,
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
      simulated: [],
      invocation: [],
      cancel: AbortSignal.any([request.signal, stop.signal]),
      watch: (_event, state) => {
        child.state = state;
        request.activity(1);
      },
    });
    if (report.why === "waiting") child.problem = "the child waits for a person and nobody can be asked";
  } catch (error) {
    child.problem = error instanceof Error ? error.message : String(error);
  } finally {
    child.over = true;
  }
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
  const until = timeoutMs === null ? Number.POSITIVE_INFINITY : clock.now() + timeoutMs;
  for (let cycle = 1; cycle <= spec.maxCycles; cycle++) {
    if (request.signal.aborted) return { status: "fail", why: `canceled: ${String(request.signal.reason)}` };
    if (child.over) return childVerdict(child);
    const left = until - clock.now();
    if (left <= 0) return { status: "fail", why: `timed out after ${timeoutMs} ms`, late: true };
    const seen = new Map<string, JsonValue>([
      ...Object.entries(request.context),
      ...Object.entries(telemetry(child)),
    ]);
    if (spec.stopCondition && evaluate(spec.stopCondition, (key) => asText(seen.get(key)))) {
      return { status: "success", why: "Stop condition satisfied" };
    }
    if (spec.actions.includes("steer")) await steer(request, child, cycle);
    const pause = new AbortController();
    await Promise.race([
      clock.sleep(
        spec.actions.includes("wait") ? Math.min(spec.pollIntervalMs, left) : 0,
        AbortSignal.any([pause.signal, request.signal]),
      ),
      ended,
    ]);
    pause.abort();
  }
  return { status: "fail", why: `Max cycles exceeded (${spec.maxCycles})` };
}

function childVerdict(child: Child): Verdict {
  const end = child.state?.ended;
  if (end?.event === "run_completed") return { status: "success", why: "Child completed" };
  const why =
    end?.event === "run_failed"
      ? end.failure_reason
      : end?.event === "run_canceled"
        ? end.reason
        : child.problem;
  return { status: "fail", why: `Child failed: ${why ?? "it ended without a word"}` };
}

/** What a manager knows of its child; the keys of the specification. */
function telemetry(child: Child): Record<string, JsonValue> {
  const { state } = child;
  const trunk = state?.scopes.get(TRUNK);
  const status = state?.ended ? (state.ended.status === "success" ? "completed" : "failed") : "running";
  return {
    "stack.child.status": child.over && !state?.ended ? "failed" : status,
    "stack.child.outcome": state?.ended?.status ?? "",
    "stack.child.active_stage": state && !state.ended ? (liveOf(state).current[0]?.node_id ?? "") : "",
    "stack.child.completed": trunk ? trunk.completed.size : 0,
    "stack.child.attempts": state?.attempts ?? 0,
    "stack.child.failure_reason": state?.ended?.event === "run_failed" ? state.ended.failure_reason : "",
  };
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
  }
}
