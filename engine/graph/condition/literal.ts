/** The literals of a condition: in quotes, or bare up to the operator that follows. */
import { TextError } from "../text-error.ts";

export interface TextCursor {
  readonly text: string;
  at: number;
  /** Open parentheses and `!`. */
  depth: number;
}

export const FIX_JOIN = "join clauses with `&&` or `||`";
const FIX_QUOTE = 'put the literal in quotes, for instance context.note="a = b"';

export function skipSpace(cursor: TextCursor): void {
  while (cursor.at < cursor.text.length && /\s/.test(cursor.text[cursor.at]!)) cursor.at++;
}

const quote = (text: string, at: number): string =>
  at >= text.length ? "the end" : `\`${text.slice(at, at + 12).split(/\s/)[0] || text[at]}\``;

export const expected = (what: string, { text, at }: TextCursor, fix: string): TextError =>
  new TextError(`expected ${what}, found ${quote(text, at)}`, at, fix);

/** Leaves the cursor at the next operator, a closing parenthesis or the end. */
export function readLiteral(cursor: TextCursor, key: string): string {
  const quoted = cursor.text[cursor.at] === '"';
  const value = quoted ? readQuoted(cursor) : readBare(cursor, key);
  if (!quoted) return value;
  const { text, at, depth } = cursor;
  const ended = at >= text.length || text.startsWith("&&", at) || text.startsWith("||", at);
  if (ended || (text[at] === ")" && depth > 0)) return value;
  throw expected("&&, || or the end", cursor, FIX_JOIN);
}

/** `(one, "two three")`, also in square brackets. */
export function readLiteralList(cursor: TextCursor, key: string): string[] {
  const { text, at: open } = cursor;
  const closer = text[open] === "(" ? ")" : text[open] === "[" ? "]" : null;
  if (closer === null) throw expected(`a list after ${key} in`, cursor, `write ${key} in (one, two)`);
  const values: string[] = [];
  do {
    cursor.at++;
    skipSpace(cursor);
    values.push(text[cursor.at] === '"' ? readQuoted(cursor) : readElement(cursor, closer));
    skipSpace(cursor);
  } while (text[cursor.at] === ",");
  if (text[cursor.at] !== closer) throw expected(`, or ${closer}`, cursor, `end the list with ${closer}`);
  cursor.at++;
  skipSpace(cursor);
  return values;
}

function readElement(cursor: TextCursor, closer: string): string {
  const start = cursor.at;
  const ends = (char: string) => char === "," || char === closer || /[=<>!|&()"'[\]]/.test(char);
  while (cursor.at < cursor.text.length && !ends(cursor.text[cursor.at]!)) cursor.at++;
  const value = cursor.text.slice(start, cursor.at).trim();
  if (value === "") throw expected("a literal of the list", cursor, FIX_QUOTE);
  return value;
}

function readQuoted(cursor: TextCursor): string {
  const { text, at: open } = cursor;
  const parts: string[] = [];
  let at = open + 1;
  for (; text[at] !== '"'; at++) {
    if (at >= text.length) {
      throw new TextError("the quoted literal does not end", open, 'close it with a `"` (`\\"` in DOT)');
    }
    if (text[at] === "\\" && (text[at + 1] === '"' || text[at + 1] === "\\")) at++;
    parts.push(text[at]!);
  }
  cursor.at = at + 1;
  skipSpace(cursor);
  return parts.join("");
}

/** Bare literals may hold spaces (labels do), but nothing that looks like an operator. */
function readBare(cursor: TextCursor, key: string): string {
  const { text, at: start, depth } = cursor;
  const end = endOfBare(text, start, depth > 0);
  const value = text.slice(start, end).trimEnd();
  if (value === "") {
    throw new TextError(`${key} is compared with nothing`, start, `write ${key}="" to mean empty`);
  }
  const odd = /[=<>!|&()"']/.exec(value);
  if (odd !== null) {
    const fix = /[|<>&=]/.test(odd[0]) ? `${FIX_JOIN}; or ${FIX_QUOTE}` : FIX_QUOTE;
    throw new TextError(`\`${odd[0]}\` cannot stand in a bare literal`, start + odd.index, fix);
  }
  if (key === "outcome" && /\s/.test(value)) {
    const at = start + value.search(/\s/) + 1;
    const error = `expected && or the end after the status, found ${quote(text, at)}`;
    throw new TextError(error, at, FIX_JOIN);
  }
  cursor.at = end;
  return value;
}

function endOfBare(text: string, start: number, inParentheses: boolean): number {
  const stop = inParentheses ? /&&|\|\||\)/g : /&&|\|\|/g;
  stop.lastIndex = start;
  return stop.exec(text)?.index ?? text.length;
}
