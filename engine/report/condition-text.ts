/** Conditions as a drawing shows them: the words that differ, without the grammar around them. */
import type { Clause, Condition } from "../graph/condition.ts";

export type EdgeTone = "plain" | "success" | "fail";

/** Keys whose values speak for themselves. */
const PLAIN_KEYS = new Set(["outcome", "failure_class", "preferred_label"]);
const isSuccessWord = (value: string): boolean => value === "success" || value === "partial_success";
const isFailWord = (value: string): boolean => value === "fail" || value === "retry";

/** `outcome=fail && context.failure_class=transient_infra` becomes `fail · transient_infra`. */
export function shortCondition(condition: Condition | null): string {
  return (condition?.clauses ?? []).map(shortClause).join(" · ");
}

/** Whether the edge is taken for a failure, for a success, or for neither in particular. */
export function toneOf(condition: Condition | null): EdgeTone {
  const clauses = condition?.clauses ?? [];
  if (clauses.some(asksFor(isFailWord, isSuccessWord))) return "fail";
  return clauses.some(asksFor(isSuccessWord, isFailWord)) ? "success" : "plain";
}

function asksFor(wanted: (value: string) => boolean, excluded: (value: string) => boolean) {
  return ({ key, op, value }: Clause): boolean =>
    key === "outcome" && ((op === "=" && wanted(value)) || (op === "!=" && excluded(value)));
}

function shortClause({ key, op, value }: Clause): string {
  const name = key.replace(/^context\./, "").replace(/^internal\./, "");
  if (op === "is") return name;
  if (PLAIN_KEYS.has(name)) return op === "!=" ? `not ${value}` : value;
  return `${name} ${op === "!=" ? "≠" : "="} ${value === "" ? '""' : value}`;
}
