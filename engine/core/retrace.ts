/**
 * The trunk's log of a hop as somebody else wrote it, gone through again: what stages brought is theirs to say, what follows
 * from it is decided here once more and must stand there. So whoever writes such a log chooses no edge and skips no stage.
 */

import type { Pipeline } from "../graph/pipeline.ts";
import { attemptStart } from "./attempt-start.ts";
import { mayAppend } from "./authority.ts";
import { decide } from "./decide.ts";
import { runningAttempts, type StageEffect } from "./effects.ts";
import { type EventBody, type EventName, parseBody, type RunEvent } from "./events.ts";
import { fold } from "./fold.ts";
import { type RunState, TRUNK } from "./state.ts";

/** What happened, beside what was decided; stage starts and ends are looked at closer. */
const TOLD: ReadonlySet<EventName> = new Set<EventName>([
  "status_ingestion_decision",
  "provider_selected",
  "llm_failover",
  "escalation_model_switch",
  "agent_told",
  "cancellation_requested",
  "cancellation_exit",
  "stall_watchdog_timeout",
  "run_aborted",
  "warning",
]);

export interface Retraced {
  /** As far as everything follows. */
  readonly events: readonly EventBody[];
  /** What does not follow, in words; null when all does. */
  readonly problem: string | null;
}

/** `from` is folded on: give a state of its own. */
export function retrace(pipeline: Pipeline, from: RunState, log: readonly RunEvent[]): Retraced {
  let state = from;
  const events: EventBody[] = [];
  for (const event of log) {
    const { seq: _seq, ts: _ts, run_id: _run, ...body } = event;
    if (!follows(pipeline, state, body as EventBody)) return { events, problem: said(body as EventBody) };
    state = fold(pipeline, state, event);
    events.push(body as EventBody);
  }
  return { events, problem: null };
}

function follows(pipeline: Pipeline, state: RunState, event: EventBody): boolean {
  if (!mayAppend("trunk", event)) return false;
  const { event: due, effects } = decide(pipeline, state, TRUNK);
  if (due !== null && JSON.stringify(parseBody(due)) === JSON.stringify(event)) return true;
  if ("branch_key" in event && event.branch_key !== undefined) return false;
  const isIt = (effect: StageEffect) =>
    "node_id" in event && "visit" in event && "attempt" in event
      ? [effect.scope, effect.node, effect.visit, effect.attempt].join() ===
        [TRUNK, event.node_id, event.visit, event.attempt].join()
      : false;
  if (event.event === "stage_attempt_start")
    return effects.some(
      (effect) =>
        effect.kind === "stage" && isIt(effect) && event.handler === attemptStart(pipeline, effect).handler,
    );
  if (event.event === "stage_attempt_end") return runningAttempts(pipeline, state).some(isIt);
  return TOLD.has(event.event) && !("branches" in event && event.branches !== undefined);
}

function said(event: EventBody): string {
  const node = "node_id" in event && event.node_id !== undefined ? ` of ${event.node_id}` : "";
  return `${event.event}${node} does not follow from what stands before it`;
}
