/** Values under which a condition holds: a guess, clause by clause, for whoever checks it afterwards. */

import type { Clause, Expression } from "../graph/condition/expression.ts";
import { bareKey, type Condition, literalsOf } from "../graph/condition.ts";

/** Keys without `context.` in front. */
export type Values = Readonly<Record<string, string>>;

const STATUSES = ["success", "fail", "partial_success", "retry", "skipped"];
/** Alternatives of one condition that are looked at. */
const MOST_WAYS = 8;

/** The ways in which all conditions can hold at once, each as the values that it needs. */
export function waysToHold(conditions: readonly Condition[]): readonly Values[] {
  let ways: readonly Values[] = [{}];
  for (const { expression } of conditions) if (expression !== null) ways = extend(ways, expression, true);
  return ways;
}

function extend(ways: readonly Values[], expression: Expression, wanted: boolean): readonly Values[] {
  if (expression.op === "not") return extend(ways, expression.inner, !wanted);
  if (!("of" in expression)) return ways.flatMap((way) => withClause(way, expression, wanted));
  // By de Morgan the opposite of "all of them" is "one of them not".
  const all = (expression.op === "and") === wanted;
  const found = all
    ? expression.of.reduce<readonly Values[]>((sofar, part) => extend(sofar, part, wanted), ways)
    : expression.of.slice(0, MOST_WAYS).flatMap((part) => extend(ways, part, wanted));
  return found.slice(0, MOST_WAYS);
}

function withClause(way: Values, clause: Clause, wanted: boolean): readonly Values[] {
  const key = bareKey(clause.key);
  const value = valueFor(clause, wanted);
  if (value === null) return [];
  const before = way[key];
  // What an earlier clause chose stays, and whoever checks sees whether it fits here too.
  return [before === undefined ? { ...way, [key]: value } : way];
}

function valueFor(clause: Clause, wanted: boolean): string | null {
  const literals = literalsOf(clause);
  const [literal = ""] = literals;
  const other = () =>
    clause.key === "outcome" ? (STATUSES.find((status) => !literals.includes(status)) ?? null) : "other";
  switch (clause.op) {
    case "is":
      return wanted ? "true" : "";
    case "=":
    case "in":
      return wanted ? literal : other();
    case "!=":
      return wanted ? other() : literal;
    case "contains":
      return wanted ? literal : "";
    case "matches":
      return wanted ? literal.replace(/^\^|\$$/g, "") : "";
    default: {
      const below = clause.op.startsWith("<") === wanted;
      return String(Number(literal) + (below ? -1 : 1));
    }
  }
}
