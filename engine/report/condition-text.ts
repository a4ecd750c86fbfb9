/** Conditions as a drawing shows them: the words that differ, without the grammar around them. */
import type { Clause, Expression } from "../graph/condition/expression.ts";
import { type Condition, judgeWith, literalsOf } from "../graph/condition.ts";

export type EdgeTone = "plain" | "success" | "fail";

/** Keys whose values speak for themselves. */
const PLAIN_KEYS = new Set(["outcome", "failure_class", "preferred_label"]);
const SUCCESSES = ["success", "partial_success"];
const FAILURES = ["fail", "retry"];

/** `outcome=fail && context.failure_class=transient_infra` becomes `fail · transient_infra`. */
export function shortCondition(
  condition: Condition | null,
  leaveOut: (clause: Clause) => boolean = () => false,
): string {
  const expression = condition?.expression ?? null;
  if (expression === null) return "";
  const parts = expression.op === "and" ? expression.of : [expression];
  return parts
    .filter((part) => !isClause(part) || !leaveOut(part))
    .map((part) => shortExpression(part, parts.length > 1))
    .join(" · ");
}

/** Whether the edge is taken for a failure, for a success, or for neither in particular. */
export function toneOf(condition: Condition | null): EdgeTone {
  if (!condition?.clauses.some(({ key }) => key === "outcome")) return "plain";
  const possible = (outcome: string) => judgeWith(condition, { outcome }) !== false;
  const success = SUCCESSES.filter(possible).length;
  const failure = FAILURES.filter(possible).length;
  if (failure > success) return "fail";
  return success > failure ? "success" : "plain";
}

const isClause = (expression: Expression): expression is Clause => "key" in expression;

function shortExpression(expression: Expression, inner: boolean): string {
  if (isClause(expression)) return shortClause(expression);
  if (expression.op === "not") return `not ${shortExpression(expression.inner, true)}`;
  const words = expression.of
    .map((part) => shortExpression(part, true))
    .join(expression.op === "or" ? " or " : " · ");
  return inner ? `(${words})` : words;
}

const SIGNS: Readonly<Record<string, string>> = { "!=": "≠", "<=": "≤", ">=": "≥", in: "in" };

function shortClause(clause: Clause): string {
  const { key, op } = clause;
  const name = key.replace(/^context\./, "").replace(/^internal\./, "");
  if (op === "is") return name;
  const value = literalsOf(clause)
    .map((literal) => (literal === "" ? '""' : literal))
    .join(" or ");
  if (PLAIN_KEYS.has(name) && (op === "=" || op === "in")) return value;
  if (PLAIN_KEYS.has(name) && op === "!=") return `not ${value}`;
  return `${name} ${SIGNS[op] ?? op} ${value}`;
}
