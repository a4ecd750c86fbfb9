/**
 * Tokens as parallel arrays of numbers: a graph of 20,000 nodes has 300,000 of them, and an object for each costs more than
 * the parse.
 */
import { MAX_TOKENS } from "./limits.ts";
import type { TextPosition } from "./model.ts";
import { unescapeString } from "./quoting.ts";

export const TokenKind = {
  word: 1,
  string: 2,
  arrow: 3,
  line: 4,
  openBrace: 5,
  closeBrace: 6,
  openBracket: 7,
  closeBracket: 8,
  equals: 9,
  comma: 10,
  semicolon: 11,
  colon: 12,
} as const;

export interface Tokens {
  readonly source: string;
  /** Offset of the first character of every line. */
  readonly lineStarts: readonly number[];
  readonly kind: Uint8Array;
  readonly start: Int32Array;
  readonly end: Int32Array;
  /** 0-based line of the token's start. */
  readonly line: Int32Array;
  /** Values of strings joined with `+`, by token; `start` and `end` then span all pieces. */
  readonly joined: Map<number, string>;
}

/** Room for all that a text can hold; the system gives memory only for what is written. */
export function roomForTokens(source: string): Tokens {
  const most = Math.min(source.length, MAX_TOKENS) + 1;
  const numbers = () => new Int32Array(most);
  return {
    source,
    lineStarts: lineStartsOf(source),
    kind: new Uint8Array(most),
    start: numbers(),
    end: numbers(),
    line: numbers(),
    joined: new Map(),
  };
}

/** Without the room that was not needed. */
export function firstTokens(tokens: Tokens, count: number): Tokens {
  const { kind, start, end, line } = tokens;
  const first = <T extends Uint8Array | Int32Array>(numbers: T) => numbers.subarray(0, count) as T;
  return { ...tokens, kind: first(kind), start: first(start), end: first(end), line: first(line) };
}

/** Where each line begins; `\n`, `\r\n` and a lone `\r` end one, and a byte order mark is no column. */
function lineStartsOf(source: string): number[] {
  const starts = [source.charCodeAt(0) === 0xfeff ? 1 : 0];
  if (!source.includes("\r")) {
    for (let at = source.indexOf("\n"); at >= 0; at = source.indexOf("\n", at + 1)) starts.push(at + 1);
    return starts;
  }
  for (const { index, 0: ending } of source.matchAll(/\r\n?|\n/g)) starts.push(index + ending.length);
  return starts;
}

export function isId(tokens: Tokens, token: number): boolean {
  const kind = tokens.kind[token];
  return kind === TokenKind.word || kind === TokenKind.string;
}

export function rawText(tokens: Tokens, token: number): string {
  return tokens.source.slice(tokens.start[token], tokens.end[token]);
}

export function tokenText(tokens: Tokens, token: number): string {
  if (tokens.kind[token] !== TokenKind.string) return rawText(tokens, token);
  const joined = tokens.joined.get(token);
  return joined ?? unescapeString(tokens.source.slice(tokens.start[token]! + 1, tokens.end[token]! - 1));
}

export function positionOf(tokens: Tokens, token: number): TextPosition {
  const offset = tokens.start[token]!;
  const line = tokens.line[token]!;
  return { line: line + 1, column: offset - tokens.lineStarts[line]! + 1, offset };
}

/** Whether the token after this one begins on the line that this one ends on. */
export function sameLineAsNext(tokens: Tokens, token: number): boolean {
  return tokens.lineStarts[tokens.line[token + 1]!]! <= tokens.end[token]!;
}

/** For places that no token starts at, such as the end of one. */
export function positionAt(lineStarts: readonly number[], offset: number): TextPosition {
  let low = 0;
  let high = lineStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (lineStarts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: Math.max(1, offset - lineStarts[low]! + 1), offset };
}
