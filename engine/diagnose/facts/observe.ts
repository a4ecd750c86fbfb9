/** One line of a run's log, ours or Kilroy's, taken into the facts. Whatever the line holds, nothing is thrown. */
import { heartbeat, seeAttemptEnd, seeAttemptStart } from "./attempts.ts";
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
import { factScope, fanBegins, fanEnds } from "./make.ts";
import type { Mark } from "./mark.ts";
import { asTextField, type RawJson } from "./read.ts";
import {
  runAborted,
  runEnded,
  runResumed,
  runStarted,
  seeBudgetExceeded,
  seeStalled,
  warning,
} from "./run.ts";
import { msOf } from "./time.ts";

const MOST_EVENT_NAMES = 500;

export interface LinePlace {
  readonly file: string | null;
  /** One object for a whole log: only this changes. */
  line: number | null;
  /** Of a log that is one branch's; else the line says it. */
  readonly scope: string;
  /** Nodes that are known to fan out, for logs that do not say so. */
  readonly fans: ReadonlySet<string>;
}

const BEATS = new Set(["stage_heartbeat", "branch_heartbeat"]);

export function observe(facts: RunFacts, line: RawJson, place: LinePlace): void {
  const event = asTextField(line.event);
  const ours = typeof line.seq === "number";
  if (!ours) facts.dialect = "kilroy";
  const ts = asTextField(line.ts);
  const mark: Mark = {
    ms: msOf(ts),
    ts,
    file: place.file,
    line: place.line,
    seq: ours ? (line.seq as number) : null,
  };
  const key = ours && place.scope === "" ? asTextField(line.branch_key) : place.scope;
  const scope = factScope(facts, key);
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
  TAKERS.get(event)?.(facts, scope, line, mark, place);
}

type Take = (facts: RunFacts, scope: ScopeFacts, line: RawJson, mark: Mark, place: LinePlace) => void;

const tripped: Take = (_, scope) => {
  scope.checks.tripped += 1;
};

/** Logs that do not tell of their fan-outs tell of the node. */
const started: Take = (facts, scope, line, mark, place) => {
  const node = asTextField(line.node_id);
  if (place.fans.has(node)) fanBegins(facts, node, scope, mark);
  seeAttemptStart(facts, scope, line, mark);
};

const ended: Take = (facts, scope, line, mark, place) => {
  const node = asTextField(line.node_id);
  if (place.fans.has(node)) fanEnds(facts, node, scope.key, mark);
  seeAttemptEnd(facts, scope, line, mark);
};

const ofRun =
  (take: (facts: RunFacts, line: RawJson, mark: Mark) => void): Take =>
  (facts, _, line, mark) =>
    take(facts, line, mark);

/** A map: any text may be the name of an event. */
const TAKERS: ReadonlyMap<string, Take> = new Map<string, Take>([
  ["stage_heartbeat", heartbeat],
  ["stage_attempt_start", started],
  ["stage_attempt_end", ended],
  ["edge_selected", edgeSelected],
  ["deterministic_failure_cycle_check", cycleCheck],
  ["subgraph_deterministic_failure_cycle_check", cycleCheck],
  ["deterministic_failure_cycle_breaker", tripped],
  ["subgraph_deterministic_failure_cycle_breaker", tripped],
  ["no_progress_breaker", tripped],
  ["stuck_cycle_breaker", tripped],
  ["loop_restart_circuit_breaker", tripped],
  ["fanout_started", fanOut],
  ["fanout_joined", fanJoined],
  ["branch_started", ofRun(branchStarted)],
  ["branch_completed", ofRun(branchCompleted)],
  ["branch_progress", ofRun(branchProgress)],
  ["human_gate_waiting", ofRun(gateWaiting)],
  ["human_gate_answered", ofRun(gateAnswered)],
  ["warning", ofRun(warning)],
  ["stall_watchdog_timeout", ofRun(seeStalled)],
  ["budget_exceeded", ofRun(seeBudgetExceeded)],
  ["run_started", ofRun(runStarted)],
  ["run_resumed", ofRun(runResumed)],
  ["run_aborted", ofRun(runAborted)],
  ["run_completed", ofRun(runEnded)],
  ["run_failed", ofRun(runEnded)],
  ["run_canceled", ofRun(runEnded)],
]);

/** After the last line: visits that nothing followed count as they ended. */
export function settle(facts: RunFacts): void {
  for (const scope of facts.scopes.values())
    for (const node of scope.nodes.values()) visitBegins(facts, node);
}
