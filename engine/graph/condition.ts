/** The condition language of edges: clauses joined by `&&`, each `key=literal`, `key!=literal` or a bare key. */

import { canonicalStatus } from "./statuses.ts";
import { problemOf, TextError, type TextProblem } from "./text-error.ts";

export interface Clause {
  readonly key: string;
  /** `is` is the bare key: true when the value is neither empty nor false, 0 or no. */
  readonly op: "=" | "!=" | "is";
  /** What to compare with; a status in its canonical spelling when the key is `outcome`; "" for `is`. */
  readonly value: string;
  /** Where the clause and its literal begin in the condition's text. */
  readonly offset: number;
  readonly valueOffset: number;
}

/** Plain data; no clause means always true. */
export interface Condition {
  readonly clauses: readonly Clause[];
}

export type ConditionResult = { readonly ok: true; readonly condition: Condition } | TextProblem;

const KEY = /[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_][A-Za-z0-9_-]*)*/y;
const WORD_OPERATORS = new Set(["contains", "matches", "in", "is", "not", "and", "or", "eq", "ne"]);
const FIX_AND_ONLY = "write only `=`, `!=` and `&&`; for an either-or draw one edge per alternative";
const FIX_QUOTE = 'put the literal in quotes, for instance context.note="a = b"';

export function parseCondition(text: string): ConditionResult {
  try {
    return { ok: true, condition: { clauses: readClauses(text) } };
  } catch (error) {
    return problemOf(error);
  }
}

/** `resolve` gives a context value as text; keys `context.x` are tried as written, then as `x`. Missing is "". */
export function evaluate(condition: Condition, resolve: (key: string) => string | undefined): boolean {
  return condition.clauses.every((clause) => holds(clause, lookUp(clause.key, resolve)));
}

export function conditionKeys(condition: Condition): readonly string[] {
  return [...new Set(condition.clauses.map((clause) => clause.key))];
}

function holds(clause: Clause, found: string): boolean {
  if (clause.op === "is") return !["", "false", "0", "no"].includes(found.trim().toLowerCase());
  const value = clause.key === "outcome" ? canonicalStatus(found) : found;
  return (value === clause.value) === (clause.op === "=");
}

function lookUp(key: string, resolve: (key: string) => string | undefined): string {
  return (
    resolve(key) ?? (key.startsWith("context.") ? resolve(key.slice("context.".length)) : undefined) ?? ""
  );
}

function readClauses(text: string): Clause[] {
  if (text.trim() === "") return [];
  const clauses: Clause[] = [];
  let offset = 0;
  for (;;) {
    const { clause, end } = readClause(text, offset);
    clauses.push(clause);
    if (end === text.length) return clauses;
    offset = end + "&&".length;
  }
}

function readClause(text: string, from: number): { clause: Clause; end: number } {
  const start = skipSpace(text, from);
  const key = readKey(text, start);
  const at = skipSpace(text, start + key.length);
  const op = readOperator(text, at, key);
  if (op === "is") return { clause: { key, op, value: "", offset: start, valueOffset: start }, end: at };

  const valueOffset = skipSpace(text, at + op.length);
  const literal =
    text[valueOffset] === '"' ? readQuoted(text, valueOffset) : readBare(text, valueOffset, key);
  const value = key === "outcome" ? canonicalStatus(literal.value) : literal.value;
  return { clause: { key, op, value, offset: start, valueOffset }, end: literal.end };
}

function readKey(text: string, at: number): string {
  KEY.lastIndex = at;
  const key = KEY.exec(text)?.[0];
  if (key !== undefined) {
    if (WORD_OPERATORS.has(key)) throw unknownOperator(key, at);
    return key;
  }
  if (at === text.length || text.startsWith("&&", at)) {
    throw new TextError("a clause is missing", at, "write a clause here or delete the `&&` beside it");
  }
  if (text[at] === "!") {
    throw new TextError("there is no `!` operator", at, "write key!=true, or key=false");
  }
  if (text[at] === "(") throw new TextError("there are no parentheses", at, FIX_AND_ONLY);
  throw new TextError(
    `expected a key, found ${quote(text, at)}`,
    at,
    "begin with outcome, preferred_label or context.<name>",
  );
}

function readOperator(text: string, at: number, key: string): Clause["op"] {
  if (at === text.length || text.startsWith("&&", at)) return "is";
  if (text.startsWith("!=", at)) return "!=";
  const next = text[at + 1] ?? "";
  if (text[at] === "=" && next !== "=" && next !== "~" && next !== ">" && next !== "<") return "=";
  const operator = /^(?:[=<>!~|&^]+|[A-Za-z]+)/.exec(text.slice(at, at + 16))?.[0];
  if (operator !== undefined) throw unknownOperator(operator, at);
  throw new TextError(
    `expected = or != after ${key}, found ${quote(text, at)}`,
    at,
    `write ${key}=value or ${key}!=value`,
  );
}

function unknownOperator(operator: string, at: number): TextError {
  const fix = operator === "==" ? "write a single `=`" : FIX_AND_ONLY;
  return new TextError(`unknown operator \`${operator}\``, at, fix);
}

function readQuoted(text: string, open: number): { value: string; end: number } {
  let value = "";
  let at = open + 1;
  for (; text[at] !== '"'; at++) {
    if (at >= text.length) {
      throw new TextError("the quoted literal does not end", open, 'close it with a `"` (`\\"` in DOT)');
    }
    if (text[at] === "\\" && (text[at + 1] === '"' || text[at + 1] === "\\")) at++;
    value += text[at];
  }
  const end = skipSpace(text, at + 1);
  if (end !== text.length && !text.startsWith("&&", end)) {
    throw new TextError(`expected && or the end, found ${quote(text, end)}`, end, FIX_AND_ONLY);
  }
  return { value, end };
}

/** Bare literals may hold spaces (labels do), but nothing that looks like an operator. */
function readBare(text: string, start: number, key: string): { value: string; end: number } {
  const and = text.indexOf("&&", start);
  const end = and === -1 ? text.length : and;
  const value = text.slice(start, end).trimEnd();
  if (value === "") {
    throw new TextError(`${key} is compared with nothing`, start, `write ${key}="" to mean empty`);
  }
  const odd = /[=<>!|&()"']/.exec(value);
  if (odd !== null) {
    const fix = /[|<>&]/.test(odd[0])
      ? FIX_AND_ONLY
      : odd[0] === "="
        ? `${FIX_AND_ONLY}; or ${FIX_QUOTE}`
        : FIX_QUOTE;
    throw new TextError(`\`${odd[0]}\` cannot stand in a bare literal`, start + odd.index, fix);
  }
  if (key === "outcome" && /\s/.test(value)) {
    const at = start + value.search(/\s/) + 1;
    throw new TextError(
      `expected && or the end after the status, found ${quote(text, at)}`,
      at,
      FIX_AND_ONLY,
    );
  }
  return { value, end };
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && /\s/.test(text[at]!)) at++;
  return at;
}

const quote = (text: string, at: number): string =>
  `\`${text.slice(at, at + 12).split(/\s/)[0] || text[at]}\``;
