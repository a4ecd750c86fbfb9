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
import { msOf } from "./time.ts";

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
  const mark: Mark = {
    ms: msOf(ts),
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
  const counted = scope.counts.get(event);
  if (counted) counted.n += 1;
  else if (scope.counts.size < MOST_EVENT_NAMES) scope.counts.set(event, { n: 1 });
  if (!BEATS.has(event)) {
    scope.lastStep = mark;
    scope.lastEvent = event;
    scope.tail = null;
  }
  TAKERS.get(event)?.({ facts, scope, line, mark, place });
}

interface Seen {
  readonly facts: RunFacts;
  readonly scope: ScopeFacts;
  readonly line: Json;
  readonly mark: Mark;
  readonly place: Place;
}

const tripped = ({ scope }: Seen): void => {
  scope.checks.tripped += 1;
};
const checked = ({ facts, scope, line, mark }: Seen): void => cycleCheck(facts, scope, line, mark);
const ended = ({ facts, line, mark }: Seen): void => runEnded(facts, line, mark);

/** A map: any text may be the name of an event. */
const TAKERS: ReadonlyMap<string, (seen: Seen) => void> = new Map<string, (seen: Seen) => void>([
  ["stage_heartbeat", ({ facts, scope, line, mark }) => heartbeat(facts, scope, line, mark)],
  ["stage_attempt_start", started],
  ["stage_attempt_end", attemptEnded],
  ["edge_selected", ({ facts, scope, line, mark }) => edgeSelected(facts, scope, line, mark)],
  ["deterministic_failure_cycle_check", checked],
  ["subgraph_deterministic_failure_cycle_check", checked],
  ["deterministic_failure_cycle_breaker", tripped],
  ["subgraph_deterministic_failure_cycle_breaker", tripped],
  ["no_progress_breaker", tripped],
  ["stuck_cycle_breaker", tripped],
  ["loop_restart_circuit_breaker", tripped],
  ["fanout_started", ({ facts, scope, line, mark }) => fanOut(facts, scope, line, mark)],
  ["fanout_joined", ({ facts, scope, line, mark }) => fanJoined(facts, scope, line, mark)],
  ["branch_started", ({ facts, line, mark }) => branchStarted(facts, line, mark)],
  ["branch_completed", ({ facts, line, mark }) => branchCompleted(facts, line, mark)],
  ["branch_progress", ({ facts, line }) => branchProgress(facts, line)],
  ["human_gate_waiting", ({ facts, line, mark }) => gateWaiting(facts, line, mark)],
  ["human_gate_answered", ({ facts, line }) => gateAnswered(facts, line)],
  ["warning", ({ facts, line, mark }) => warning(facts, line, mark)],
  ["stall_watchdog_timeout", ({ facts, line, mark }) => stalled(facts, line, mark)],
  ["budget_exceeded", ({ facts, line, mark }) => budgetExceeded(facts, line, mark)],
  ["run_started", ({ facts, line, mark }) => runStarted(facts, line, mark)],
  ["run_resumed", ({ facts }) => runResumed(facts)],
  ["run_aborted", ({ facts, line, mark }) => runAborted(facts, line, mark)],
  ["run_completed", ended],
  ["run_failed", ended],
  ["run_canceled", ended],
]);

/** Logs that do not tell of their fan-outs tell of the node. */
function started({ facts, scope, line, mark, place }: Seen): void {
  const node = text(line, "node_id");
  if (place.fans.has(node)) fanBegins(facts, node, scope, mark);
  attemptStart(facts, scope, line, mark);
}

function attemptEnded({ facts, scope, line, mark, place }: Seen): void {
  const node = text(line, "node_id");
  if (place.fans.has(node)) fanEnds(facts, node, scope.key, mark);
  attemptEnd(facts, scope, line, mark);
}

/** After the last line: visits that nothing followed count as they ended. */
export function settle(facts: RunFacts): void {
  for (const scope of facts.scopes.values())
    for (const node of scope.nodes.values()) visitBegins(facts, node);
}
