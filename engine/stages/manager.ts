/** What a manager makes of its child (specification 4.11). Pure: a laptop and a coordinator ask the same. */
import { isAbsolute, posix } from "node:path";
import { asText } from "../core/context.ts";
import type { JsonValue, Outcome } from "../core/outcome.ts";
import { type RunState, TRUNK } from "../core/state.ts";
import type { Evidence } from "../failure/evidence.ts";
import { evaluate } from "../graph/condition.ts";
import type { Manager, Stage } from "../graph/pipeline.ts";
import { liveOf } from "../ledger/projections/live.ts";

export const GRAPH_BYTES = 16 * 1024 * 1024;

export interface ChildSeen {
  readonly state: RunState | null;
  /** Nothing drives it any more. */
  readonly over: boolean;
  /** Why it is over, when its log does not say. */
  readonly problem: string | null;
  /** The provider that stopped it: what manages it is stopped likewise. */
  readonly pause?: Evidence["pause"];
}

export interface Watched {
  /** What the manager's run knows. */
  readonly context: ReadonlyMap<string, JsonValue>;
  /** How often the child was looked at, this time included. */
  readonly cycle: number;
  readonly timeoutMs: number | null;
  /** Of the manager's own time. */
  readonly leftMs: number;
  /** Why the manager is to stop. */
  readonly canceled: string | null;
}

export interface Verdict {
  readonly status: "success" | "fail";
  readonly why: string;
  readonly evidence: Evidence;
}

/** null: the child goes on, and is looked at again. */
export function verdictOn(spec: Manager, child: ChildSeen, seen: Watched): Verdict | null {
  if (seen.cycle > spec.maxCycles) return failed(`Max cycles exceeded (${spec.maxCycles})`);
  if (seen.canceled !== null) return failed(`canceled: ${seen.canceled}`, { canceled: true });
  if (child.over) return childVerdict(child);
  if (seen.leftMs <= 0) return failed(`timed out after ${seen.timeoutMs} ms`, { timed_out: true });
  if (spec.stopCondition) {
    const known = new Map([...seen.context, ...Object.entries(telemetry(child))]);
    if (evaluate(spec.stopCondition, (key) => asText(known.get(key))))
      return { status: "success", why: "Stop condition satisfied", evidence: {} };
  }
  return null;
}

export type ChildPath =
  | {
      readonly ok: true;
      readonly spec: Manager;
      /** As the graph names it. */
      readonly named: string;
      /** From the root of the worktree. */
      readonly path: string;
    }
  | { readonly ok: false; readonly why: string };

export function childPath({ id, manager: spec }: Stage): ChildPath {
  const named = spec?.childDotfile;
  if (!spec || !named) return { ok: false, why: `${id} manages no child: set stack.child_dotfile` };
  const path = posix.normalize(named);
  if (isAbsolute(named) || path.startsWith(".."))
    return { ok: false, why: `stack.child_dotfile "${named}" leads out of the worktree` };
  return { ok: true, spec, named, path };
}

export const noGraph = (named: string): string =>
  `the child graph ${named} is no ordinary file in the worktree of at most ${GRAPH_BYTES} bytes`;

export function outcomeOf(
  { status, why }: Pick<Verdict, "status" | "why">,
  child: ChildSeen | null,
): Outcome {
  return {
    status,
    ...(status === "success" ? { notes: why } : { failure_reason: why }),
    ...(child ? { context_updates: telemetry(child) } : {}),
  };
}

const failed = (why: string, evidence: Evidence = {}): Verdict => ({ status: "fail", why, evidence });

function childVerdict(child: ChildSeen): Verdict {
  const end = child.state?.ended;
  if (end?.event === "run_completed") return { status: "success", why: "Child completed", evidence: {} };
  const why =
    end?.event === "run_failed"
      ? end.failure_reason
      : end?.event === "run_canceled"
        ? end.reason
        : child.problem;
  const evidence = child.pause === undefined ? {} : { pause: child.pause };
  return failed(`Child failed: ${why ?? "it ended without a word"}`, evidence);
}

/** What a manager knows of its child; the keys of the specification. */
function telemetry({ state, over }: ChildSeen): Record<string, JsonValue> {
  const trunk = state?.scopes.get(TRUNK);
  const status = state?.ended ? (state.ended.status === "success" ? "completed" : "failed") : "running";
  return {
    "stack.child.status": over && !state?.ended ? "failed" : status,
    "stack.child.outcome": state?.ended?.status ?? "",
    "stack.child.active_stage": state && !state.ended ? (liveOf(state).current[0]?.node_id ?? "") : "",
    "stack.child.completed": trunk ? trunk.completed.size : 0,
    "stack.child.attempts": state?.attempts ?? 0,
    "stack.child.failure_reason": state?.ended?.event === "run_failed" ? state.ended.failure_reason : "",
  };
}
