/** A provider's billing or quota stop: no retry helps, so the scope rests until a person resumes the run (R-AGENT-18). */
import type { BodyOf, EventBody } from "../events.ts";
import { record } from "../scopes.ts";
import type { Cursor, Scope } from "../state.ts";
import { at } from "./step.ts";

type Failed = Extract<Cursor, { phase: "failed" }>;

export function pausedBy(scope: Scope, { node, attempt, end }: Failed): EventBody | null {
  const pause = end.evidence?.pause;
  if (pause === undefined) return null;
  const about = { node_id: node, visit: end.visit, attempt, ...pause };
  return scope.key === ""
    ? { event: "run_paused", ...about }
    : { event: "leg_paused", branch_key: scope.key, why: "billing", ...about };
}

/** Nobody resumed the run in time: the attempt's failure stands. */
export function expiredPause(scope: Scope): BodyOf<"retry_decision"> {
  const { cursor } = scope;
  if (cursor.phase !== "paused") throw new Error(`${scope.key || "the trunk"} is not paused`);
  const { node, attempt, end, pause } = cursor;
  const said = end.failure_reason ?? `${pause.provider} refused`;
  const { retries } = record(scope, node);
  return {
    event: "retry_decision",
    ...at(scope),
    node_id: node,
    visit: end.visit,
    attempt,
    will_retry: false,
    reason: "nobody resumed the run within 7 days",
    retries,
    max_retries: Math.max(retries, end.max - 1),
    status: "fail",
    failure_reason: `${said}; nobody resumed the run within 7 days`,
  };
}
