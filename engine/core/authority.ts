/** Who may append what (docs/protocol.md). A driver stops before a decision that is not its own. */
import type { EventBody, EventName } from "./events.ts";

/**
 * `trunk`: a job that holds the hop while an app decides. `holder`: the same where the run's workflow decides, so that joins,
 * breakers and budgets are its own.
 */
export type Writer = "local" | "coordinator" | "trunk" | "holder" | "leg";

/** Decisions across hops: joins, ends, questions, and what a breaker or a budget of the trunk stops. */
const COORDINATOR_ONLY: ReadonlySet<EventName> = new Set<EventName>([
  "fanout_joined",
  "human_gate_waiting",
  "budget_reserved",
  "budget_exceeded",
  "deterministic_failure_cycle_breaker",
  "no_progress_breaker",
  "loop_restart_circuit_breaker",
  "run_completed",
  "run_failed",
  "run_canceled",
]);

/** A question and an end are no part of a hop: whoever holds it settles it first, in the same commit. */
const AFTER_THE_HOP: ReadonlySet<EventName> = new Set<EventName>([
  "human_gate_waiting",
  "run_completed",
  "run_failed",
  "run_canceled",
]);

/** What only happens inside a branch, so that a trunk job leaves it to the legs. */
const LEG_ONLY: ReadonlySet<EventName> = new Set<EventName>(["branch_started", "branch_completed"]);

export function mayAppend(writer: Writer, event: EventBody, legKey?: string): boolean {
  switch (writer) {
    case "local":
      return true;
    case "coordinator":
      return event.event !== "branch_started";
    case "trunk":
      return !COORDINATOR_ONLY.has(event.event) && !LEG_ONLY.has(event.event) && !startsManager(event);
    case "holder":
      return !AFTER_THE_HOP.has(event.event) && !LEG_ONLY.has(event.event) && !startsManager(event);
    case "leg":
      return isOfLeg(event, legKey ?? "");
  }
}

/** A manager's child is a run of its own, which the coordinator watches: no job waits for it (R-GH-16). */
const startsManager = (event: EventBody): boolean =>
  event.event === "stage_attempt_start" && event.handler === "stack.manager_loop";

/** A leg decides everything in its own branch, breakers and inner joins too, and nothing outside it. */
export function isOfLeg(event: EventBody, legKey: string): boolean {
  if (/^(?:run|hop)_/.test(event.event)) return false;
  const key = "branch_key" in event ? event.branch_key : undefined;
  if (event.event === "cancellation_requested") {
    return (
      (event.branches ?? []).length > 0 &&
      (event.branches ?? []).every((branch) => branch === legKey || branch.startsWith(`${legKey}/`))
    );
  }
  return key !== undefined && (key === legKey || key.startsWith(`${legKey}/`));
}
