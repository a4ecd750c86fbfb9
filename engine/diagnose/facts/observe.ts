/** One line of a run's log, ours or Kilroy's, taken into the facts. Whatever the line holds, nothing is thrown. */
import { attemptEnd, attemptStart, heartbeat } from "./attempts.ts";
import type { RunFacts, ScopeFacts } from "./facts.ts";
import { visitBegins } from "./failures.ts";
import {
  branchCompleted,
  branchProgress,
  branchStarted,
  cycleCheck,
  edgeSelected,
  fanJoined,
  fanOut,
  gateAnswered,
  gateWaiting,
} from "./flow.ts";
import { fanBegins, fanEnds, scopeOf } from "./make.ts";
import type { Mark } from "./mark.ts";
import { type Json, text } from "./read.ts";
import { budgetExceeded, runAborted, runEnded, runResumed, runStarted, stalled, warning } from "./run.ts";

const MOST_EVENT_NAMES = 500;

export interface Place {
  readonly file: string | null;
  readonly line: number | null;
  /** Of a log that is one branch's; else the line says it. */
  readonly scope: string;
  /** Nodes that are known to fan out, for logs that do not say so. */
  readonly fans: ReadonlySet<string>;
}

const BEATS = new Set(["stage_heartbeat", "branch_heartbeat"]);

export function observe(facts: RunFacts, line: Json, place: Place): void {
  const event = text(line, "event");
  const ours = typeof line.seq === "number";
  if (!ours) facts.dialect = "kilroy";
  const ts = text(line, "ts");
  const ms = Date.parse(ts);
  const mark: Mark = {
    ms: Number.isNaN(ms) ? 0 : ms,
    ts,
    file: place.file,
    line: place.line,
    seq: ours ? (line.seq as number) : null,
  };
  const key = ours && place.scope === "" ? text(line, "branch_key") : place.scope;
  const scope = scopeOf(facts, key);
  if (mark.ms > 0) {
    scope.first ??= mark;
    if (scope.last === null || mark.ms >= scope.last.ms) scope.last = mark;
  }
  if (scope.counts.size < MOST_EVENT_NAMES || scope.counts.has(event))
    scope.counts.set(event, (scope.counts.get(event) ?? 0) + 1);
  if (!BEATS.has(event)) {
    scope.lastStep = mark;
    scope.lastEvent = event;
    scope.tail = null;
  }
  take(facts, scope, event, line, mark, place);
}

function take(
  facts: RunFacts,
  scope: ScopeFacts,
  event: string,
  line: Json,
  mark: Mark,
  { fans }: Place,
): void {
  switch (event) {
    case "stage_heartbeat":
      return heartbeat(scope, line, mark);
    case "stage_attempt_start":
      if (fans.has(text(line, "node_id"))) fanBegins(facts, text(line, "node_id"), scope, mark);
      return attemptStart(facts, scope, line, mark);
    case "stage_attempt_end":
      if (fans.has(text(line, "node_id"))) fanEnds(facts, text(line, "node_id"), scope.key, mark);
      return attemptEnd(facts, scope, line, mark);
    case "edge_selected":
      return edgeSelected(scope, line, mark);
    case "deterministic_failure_cycle_check":
    case "subgraph_deterministic_failure_cycle_check":
      return cycleCheck(scope, line, mark);
    case "deterministic_failure_cycle_breaker":
    case "subgraph_deterministic_failure_cycle_breaker":
    case "no_progress_breaker":
    case "stuck_cycle_breaker":
    case "loop_restart_circuit_breaker":
      scope.checks.tripped += 1;
      return;
    case "fanout_started":
      return fanOut(facts, scope, line, mark);
    case "fanout_joined":
      return fanJoined(facts, scope, line, mark);
    case "branch_started":
      return branchStarted(facts, line, mark);
    case "branch_completed":
      return branchCompleted(facts, line, mark);
    case "branch_progress":
      return branchProgress(facts, line);
    case "human_gate_waiting":
      return gateWaiting(facts, line, mark);
    case "human_gate_answered":
      return gateAnswered(facts, line);
    case "warning":
      return warning(facts, line, mark);
    case "stall_watchdog_timeout":
      return stalled(facts, line, mark);
    case "budget_exceeded":
      return budgetExceeded(facts, line, mark);
    case "run_started":
      return runStarted(facts, line, mark);
    case "run_resumed":
      return runResumed(facts);
    case "run_aborted":
      return runAborted(facts, line, mark);
    case "cancellation_requested":
      if (!Array.isArray(line.branches)) facts.canceled = true;
      return;
    case "run_completed":
    case "run_failed":
    case "run_canceled":
      return runEnded(facts, line, mark);
    default:
      return;
  }
}

/** After the last line: visits that nothing followed count as they ended. */
export function settle(facts: RunFacts): void {
  for (const scope of facts.scopes.values()) for (const node of scope.nodes.values()) visitBegins(node);
}
