/** Which statuses an edge's condition lets through, its other clauses left aside. */
import type { Clause } from "../../condition/expression.ts";
import { type Condition, judgeWith } from "../../condition.ts";

export const readsOutcome = (clause: Clause): boolean =>
  clause.key === "outcome" || clause.key === "context.outcome";

export const admits = (condition: Condition | null, status: string): boolean =>
  condition === null || judgeWith(condition, { outcome: status }) !== false;

/** Taken after a failure and never after a success: `outcome=fail`, `outcome!=success`, `outcome=retry`. */
export function onlyOnFailure(condition: Condition | null): boolean {
  return (
    condition !== null &&
    !admits(condition, "success") &&
    (admits(condition, "fail") || admits(condition, "retry"))
  );
}

/** Keys under which a condition finds the class of the failure. */
export const readsFailureClass = (clause: Clause): boolean =>
  clause.key === "failure_class" || clause.key === "context.failure_class";
