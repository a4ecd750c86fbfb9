/** Whether one clause holds for a value. Every value is text here: a list or an object of the context is its JSON. */

import { canonicalStatus } from "../statuses.ts";
import type { Clause } from "./expression.ts";
import { compilePattern, type Pattern, patternMatches } from "./pattern.ts";

const FALSE = new Set(["", "false", "0", "no"]);
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
/** Of a value that `matches` reads. */
const MOST_MATCHED = 100_000;

export function holds(clause: Clause, found: string): boolean {
  const value = clause.key === "outcome" ? canonicalStatus(found) : found;
  switch (clause.op) {
    case "is":
      return !FALSE.has(found.trim().toLowerCase());
    case "=":
      return value === clause.value;
    case "!=":
      return value !== clause.value;
    case "in":
      return clause.values?.includes(value) ?? false;
    case "contains":
      return contains(value, clause.value);
    case "matches":
      return patternMatches(patternOf(clause), value.slice(0, MOST_MATCHED));
    default:
      return compare(clause.op, numberOf(value), numberOf(clause.value));
  }
}

/** NaN for what is no decimal number; every comparison with it is false. */
export const numberOf = (text: string): number => (NUMBER.test(text.trim()) ? Number(text) : Number.NaN);

function compare(op: "<" | "<=" | ">" | ">=", left: number, right: number): boolean {
  if (op === "<") return left < right;
  if (op === "<=") return left <= right;
  return op === ">" ? left > right : left >= right;
}

/** An element of a list, a part of any other text. */
function contains(value: string, wanted: string): boolean {
  const list = listOf(value);
  if (list === null) return value.includes(wanted);
  return list.some((element) => (typeof element === "string" ? element : JSON.stringify(element)) === wanted);
}

function listOf(value: string): readonly unknown[] | null {
  if (!value.startsWith("[")) return null;
  try {
    const read: unknown = JSON.parse(value);
    return Array.isArray(read) ? read : null;
  } catch {
    return null;
  }
}

const patterns = new WeakMap<Clause, Pattern>();

function patternOf(clause: Clause): Pattern {
  const known = patterns.get(clause);
  if (known) return known;
  const pattern = compilePattern(clause.value);
  patterns.set(clause, pattern);
  return pattern;
}
