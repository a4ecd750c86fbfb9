/** Text -> tokens. Mistakes that leave the rest readable are reported and passed over; a lost quote ends the reading. */
import { Char, endOfWord, isSpace } from "./characters.ts";
import { MAX_TOKENS } from "./limits.ts";
import { findLostQuote, isSuspect } from "./lost-quote.ts";
import { MISTAKES } from "./mistakes.ts";
import type { Diagnostic } from "./model.ts";
import { endOfString, unescapeString } from "./quoting.ts";
import { endOfComment, endOfHtml, strayText } from "./stray.ts";
import { type Mistake, syntaxError } from "./syntax-error.ts";
import { firstTokens, positionAt, roomForTokens, TokenKind, type Tokens, tokenText } from "./tokens.ts";

export interface Lexed {
  readonly tokens: Tokens;
  readonly diagnostics: readonly Diagnostic[];
  /** What follows this offset is out of phase and says nothing more; null when all could be read. */
  readonly brokenAt: number | null;
  /** The first string that looks as if it ran into the next one; only to be blamed when an error follows at its end. */
  readonly suspect: { readonly start: number; readonly end: number } | null;
}

interface Scan {
  readonly source: string;
  readonly tokens: Tokens;
  /** Of the tokens read so far. */
  count: number;
  readonly diagnostics: Diagnostic[];
  at: number;
  line: number;
  /** Offset of a `+` that waits for its second string, else -1. */
  plusAt: number;
  brokenAt: number | null;
  suspect: { start: number; end: number } | null;
}

const MAX_REPORTED = 200;

const PUNCTUATION: ReadonlyMap<string, number> = new Map([
  ["{", TokenKind.openBrace],
  ["}", TokenKind.closeBrace],
  ["[", TokenKind.openBracket],
  ["]", TokenKind.closeBracket],
  ["=", TokenKind.equals],
  [",", TokenKind.comma],
  [";", TokenKind.semicolon],
  [":", TokenKind.colon],
]);

export function lex(source: string): Lexed {
  const tokens = roomForTokens(source);
  const scan: Scan = {
    source,
    tokens,
    count: 0,
    diagnostics: [],
    at: tokens.lineStarts[0]!,
    line: 0,
    plusAt: -1,
    brokenAt: null,
    suspect: null,
  };
  while (scan.brokenAt === null && scan.at < source.length) {
    const code = source.charCodeAt(scan.at);
    if (isSpace(code)) scan.at++;
    else if (!skipComment(scan, code)) readToken(scan, code);
  }
  if (scan.brokenAt === null) endJoin(scan);
  const { count, diagnostics, brokenAt, suspect } = scan;
  return { tokens: firstTokens(tokens, count), diagnostics, brokenAt, suspect };
}

function readToken(scan: Scan, code: number): void {
  if (scan.count >= MAX_TOKENS) {
    report(scan, MISTAKES.tooLong);
    scan.brokenAt = scan.at;
  } else if (code === Char.quote) readString(scan);
  else {
    endJoin(scan);
    const inValue = lastKind(scan) === TokenKind.equals;
    const end = endOfWord(scan.source, scan.at, inValue);
    if (end > scan.at) readWord(scan, end, inValue);
    else readMark(scan, code);
  }
}

function readMark(scan: Scan, code: number): void {
  const punctuation = PUNCTUATION.get(scan.source[scan.at]!);
  const next = scan.source.charCodeAt(scan.at + 1);
  if (code === Char.equals && next === Char.greater) readStray(scan);
  else if (punctuation !== undefined) push(scan, punctuation, scan.at + 1);
  else if (code === Char.dash && next === Char.greater) push(scan, TokenKind.arrow, scan.at + 2);
  else if (code === Char.dash && next === Char.dash) push(scan, TokenKind.line, scan.at + 2);
  else if (code === Char.plus && lastKind(scan) === TokenKind.string) scan.plusAt = scan.at++;
  else if (code === Char.less) readHtml(scan);
  else readStray(scan);
}

function readString(scan: Scan): void {
  const { source, tokens, at } = scan;
  const end = endOfString(source, at);
  const lost = findLostQuote(tokens, scan.count, at, end);
  if (lost) {
    scan.diagnostics.push(lost);
    scan.brokenAt = lost.at.offset;
    return;
  }
  if (!scan.suspect && isSuspect(source, at, end)) scan.suspect = { start: at, end };
  if (scan.plusAt < 0) {
    push(scan, TokenKind.string, end);
    return;
  }
  const last = scan.count - 1;
  tokens.joined.set(last, tokenText(tokens, last) + unescapeString(source.slice(at + 1, end - 1)));
  tokens.end[last] = end;
  scan.at = end;
  scan.plusAt = -1;
}

function readWord(scan: Scan, end: number, inValue: boolean): void {
  if (inValue && scan.source.startsWith("://", end - 1)) report(scan, MISTAKES.commentInAddress);
  push(scan, TokenKind.word, end);
}

function readHtml(scan: Scan): void {
  report(scan, MISTAKES.htmlLabel);
  const end = endOfHtml(scan.source, scan.at);
  if (end > 0) push(scan, TokenKind.string, end);
  else scan.brokenAt = scan.at;
}

function readStray(scan: Scan): void {
  const { length, mistake } = strayText(scan.source, scan.at);
  report(scan, mistake);
  if (mistake.rule === "dot_missing_arrow") push(scan, TokenKind.arrow, scan.at + length);
  else scan.at += length;
}

function skipComment(scan: Scan, code: number): boolean {
  if (code !== Char.hash && code !== Char.slash) return false;
  const { source, at, tokens } = scan;
  const block = source.startsWith("/*", at);
  if (code === Char.slash && !block && source[at + 1] !== "/") return false;
  if (!block && lastKind(scan) === TokenKind.equals && tokens.end[scan.count - 1] === at) {
    report(scan, MISTAKES.commentForValue);
    push(scan, TokenKind.word, at);
  }
  const end = endOfComment(source, at);
  if (end >= 0) scan.at = end;
  else {
    report(scan, MISTAKES.openComment);
    scan.brokenAt = at;
  }
  return true;
}

/** A `+` that no string followed. */
function endJoin(scan: Scan): void {
  if (scan.plusAt >= 0) report(scan, MISTAKES.nothingToJoin, scan.plusAt);
  scan.plusAt = -1;
}

function lastKind({ tokens, count }: Scan): number {
  return count === 0 ? 0 : tokens.kind[count - 1]!;
}

function push(scan: Scan, kind: number, end: number): void {
  const { tokens } = scan;
  const { lineStarts } = tokens;
  while (scan.line + 1 < lineStarts.length && lineStarts[scan.line + 1]! <= scan.at) scan.line++;
  const token = scan.count++;
  tokens.kind[token] = kind;
  tokens.start[token] = scan.at;
  tokens.end[token] = end;
  tokens.line[token] = scan.line;
  scan.at = end;
}

function report(scan: Scan, mistake: Mistake, offset = scan.at): void {
  if (scan.diagnostics.length >= MAX_REPORTED) return;
  scan.diagnostics.push(syntaxError(positionAt(scan.tokens.lineStarts, offset), mistake));
}
