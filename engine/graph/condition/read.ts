/** Text -> expression. `!` binds closer than `&&`, and `&&` closer than `||`. */

import { canonicalStatus } from "../statuses.ts";
import { TextError } from "../text-error.ts";
import type { Clause, Expression } from "./expression.ts";
import { numberOf } from "./holds.ts";
import { expected, FIX_JOIN, readLiteral, readLiteralList, skipSpace, type TextCursor } from "./literal.ts";
import { OPERATORS } from "./operators.ts";
import { compilePattern } from "./pattern.ts";

const KEY = /[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_][A-Za-z0-9_-]*)*/y;
/** Words that other languages have for operators: never keys, so that such a text is not misread. */
const OPERATOR_WORDS = new Map([
  ["not", "write !key"],
  ["and", "write &&"],
  ["or", "write ||"],
  ["is", "write key=value"],
  ["eq", "write key=value"],
  ["ne", "write key!=value"],
  ["contains", "write key contains value"],
  ["matches", 'write key matches "pattern"'],
  ["in", "write key in (one, two)"],
]);
const WRITTEN = /^(?:!=|<=|>=|==|=~|<>|=>|=<|[=<>!~|&^]|[A-Za-z]+)/;
const WORDS = ["contains", "matches", "in"] as const;
const MOST_NESTED = 50;
const FIX_OPERATOR = "write one of = != < <= > >= contains matches in";

export function readExpression(text: string): Expression {
  const cursor: TextCursor = { text, at: 0, depth: 0 };
  const expression = readOr(cursor);
  if (cursor.at < text.length) throw expected("&&, || or the end", cursor, FIX_JOIN);
  return expression;
}

const readOr = (cursor: TextCursor): Expression => readJoined(cursor, "||", "or", readAnd);
const readAnd = (cursor: TextCursor): Expression => readJoined(cursor, "&&", "and", readNot);

function readJoined(
  cursor: TextCursor,
  symbol: string,
  op: "and" | "or",
  readPart: (cursor: TextCursor) => Expression,
): Expression {
  const parts = [readPart(cursor)];
  while (cursor.text.startsWith(symbol, cursor.at)) {
    cursor.at += symbol.length;
    parts.push(readPart(cursor));
  }
  return parts.length === 1 ? parts[0]! : { op, of: parts };
}

function readNot(cursor: TextCursor): Expression {
  skipSpace(cursor);
  const { text, at } = cursor;
  const not = text[at] === "!" && text[at + 1] !== "=";
  if (!not && text[at] !== "(") return readClause(cursor);
  if (cursor.depth >= MOST_NESTED)
    throw new TextError(`more than ${MOST_NESTED} levels`, at, "write a flatter condition");
  cursor.at++;
  cursor.depth++;
  const inner = not ? readNot(cursor) : readInParentheses(cursor, at);
  cursor.depth--;
  return not ? { op: "not", inner } : inner;
}

function readInParentheses(cursor: TextCursor, open: number): Expression {
  const inner = readOr(cursor);
  if (cursor.text[cursor.at] !== ")") {
    if (cursor.at < cursor.text.length) throw expected("&&, || or )", cursor, FIX_JOIN);
    throw new TextError("this parenthesis is not closed", open, "close it with )");
  }
  cursor.at++;
  skipSpace(cursor);
  return inner;
}

function readClause(cursor: TextCursor): Expression {
  const offset = cursor.at;
  const key = readKey(cursor);
  skipSpace(cursor);
  const { op, negated } = readOperator(cursor, key);
  if (op === "is") return { key, op, value: "", offset, valueOffset: offset };
  skipSpace(cursor);
  const clause = { key, op, offset, valueOffset: cursor.at };
  const read: Clause =
    op === "in"
      ? { ...clause, value: "", values: readLiteralList(cursor, key).map((value) => canonical(key, value)) }
      : { ...clause, value: readValue(cursor, key, op) };
  return negated ? { op: "not", inner: read } : read;
}

const canonical = (key: string, value: string): string =>
  key === "outcome" ? canonicalStatus(value) : value;

function readValue(cursor: TextCursor, key: string, op: Clause["op"]): string {
  const at = cursor.at;
  const value = readLiteral(cursor, key);
  if (op === "=" || op === "!=") return canonical(key, value);
  if (op === "matches") checkPattern(value, at, cursor.text[at] === '"' ? 1 : 0);
  else if (op !== "contains" && Number.isNaN(numberOf(value))) {
    const error = `${op} compares numbers, and \`${value.slice(0, 40)}\` is none`;
    throw new TextError(error, at, "write a number, such as 3 or 0.5");
  }
  return value;
}

function checkPattern(value: string, at: number, quotes: number): void {
  try {
    compilePattern(value);
  } catch (error) {
    if (!(error instanceof TextError)) throw error;
    throw new TextError(`the pattern: ${error.message}`, at + quotes + error.offset, error.fix);
  }
}

function readKey(cursor: TextCursor): string {
  const { text, at } = cursor;
  KEY.lastIndex = at;
  const key = KEY.exec(text)?.[0];
  if (key !== undefined) {
    const fix = OPERATOR_WORDS.get(key);
    if (fix !== undefined) throw new TextError(`unknown operator \`${key}\``, at, fix);
    cursor.at += key.length;
    return key;
  }
  if (endsClause(text, at) || text[at] === ")") {
    throw new TextError("a clause is missing", at, "write a clause here or delete the operator beside it");
  }
  throw expected("a key", cursor, "begin with outcome, preferred_label or context.<name>");
}

const endsClause = (text: string, at: number): boolean =>
  at >= text.length || text.startsWith("&&", at) || text.startsWith("||", at);

function readOperator(cursor: TextCursor, key: string): { op: Clause["op"]; negated: boolean } {
  const { text, at, depth } = cursor;
  if (endsClause(text, at) || (text[at] === ")" && depth > 0)) return { op: "is", negated: false };
  const written = WRITTEN.exec(text.slice(at, at + 16))?.[0] ?? "";
  const negated = written === "!";
  const word = negated ? /^[A-Za-z]+/.exec(text.slice(at + 1, at + 16))?.[0] : written;
  const op = negated ? WORDS.find((known) => known === word) : OPERATORS.find((known) => known === word);
  if (op !== undefined) {
    cursor.at += op.length + (negated ? 1 : 0);
    return { op, negated };
  }
  if (written === "") throw expected(`= or != after ${key}`, cursor, `write ${key}=value or ${key}!=value`);
  throw new TextError(`unknown operator \`${written}\``, at, fixFor(written));
}

function fixFor(written: string): string {
  if (written === "==") return "write a single `=`";
  if (written === "=~") return 'write key matches "pattern"';
  if (written === "&" || written === "|") return FIX_JOIN;
  return OPERATOR_WORDS.get(written) ?? FIX_OPERATOR;
}
