/** The condition language of edges: clauses with `&&`, `||`, `!` and parentheses (docs/reference/conditions.md). */

import type { Clause, Expression } from "./condition/expression.ts";
import { holds } from "./condition/holds.ts";
import { readExpression } from "./condition/read.ts";
import { problemOf, type TextProblem } from "./text-error.ts";

/** Plain data; no expression means always true. */
export interface Condition {
  readonly expression: Expression | null;
  /** Every clause of it, in the order of the text. */
  readonly clauses: readonly Clause[];
}

export type ConditionResult = { readonly ok: true; readonly condition: Condition } | TextProblem;

export function parseCondition(text: string): ConditionResult {
  try {
    const expression = text.trim() === "" ? null : readExpression(text);
    return { ok: true, condition: { expression, clauses: expression === null ? [] : clausesOf(expression) } };
  } catch (error) {
    return problemOf(error);
  }
}

/** `resolve` gives a context value as text; keys `context.x` are tried as written, then as `x`. Missing is "". */
export function evaluate(condition: Condition, resolve: (key: string) => string | undefined): boolean {
  return judge(condition, (clause) => holds(clause, lookUp(clause.key, resolve))) === true;
}

/** What a condition comes to when some clauses are not known (null): true, false, or null when it depends on them. */
function judge({ expression }: Condition, known: (clause: Clause) => boolean | null): boolean | null {
  return expression === null ? true : judgeOne(expression, known);
}

/** The same when only these keys are known, each by its name without `context.`. */
export const judgeWith = (condition: Condition, values: Readonly<Record<string, string>>): boolean | null =>
  judge(condition, (clause) => {
    const key = bareKey(clause.key);
    return Object.hasOwn(values, key) ? holds(clause, values[key]!) : null;
  });

/** `context.x` and `x` read the same value. */
export const bareKey = (key: string): string => key.replace(/^context\./, "");

export function conditionKeys(condition: Condition): readonly string[] {
  return [...new Set(condition.clauses.map((clause) => clause.key))];
}

/** The literals that a clause tells apart. */
export const literalsOf = (clause: Clause): readonly string[] =>
  clause.op === "is" ? [] : (clause.values ?? [clause.value]);

/** The statuses that a condition names, for what the stage before it is told and may answer. */
export function statusesNamed(condition: Condition | null): readonly string[] {
  return (condition?.clauses ?? []).flatMap((clause) =>
    clause.key === "outcome" && NAMING.has(clause.op) ? literalsOf(clause) : [],
  );
}
const NAMING: ReadonlySet<string> = new Set(["=", "!=", "in"]);

/** Whether the condition waits for this very status, not only lets it through. */
export function waitsFor(condition: Condition, status: string): boolean {
  const named = condition.clauses.some(
    (clause) => clause.key === "outcome" && clause.op !== "!=" && literalsOf(clause).includes(status),
  );
  return named && judgeWith(condition, { outcome: status }) !== false;
}

function judgeOne(expression: Expression, known: (clause: Clause) => boolean | null): boolean | null {
  switch (expression.op) {
    case "not": {
      const inner = judgeOne(expression.inner, known);
      return inner === null ? null : !inner;
    }
    case "and":
    case "or": {
      const decides = expression.op === "or";
      let open = false;
      for (const part of expression.of) {
        const found = judgeOne(part, known);
        if (found === decides) return decides;
        open ||= found === null;
      }
      return open ? null : !decides;
    }
    default:
      return known(expression);
  }
}

function clausesOf(expression: Expression): Clause[] {
  if (expression.op === "not") return clausesOf(expression.inner);
  return "of" in expression ? expression.of.flatMap(clausesOf) : [expression];
}

function lookUp(key: string, resolve: (key: string) => string | undefined): string {
  return (
    resolve(key) ?? (key.startsWith("context.") ? resolve(key.slice("context.".length)) : undefined) ?? ""
  );
}
