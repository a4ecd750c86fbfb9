/** A forgotten quote turns all that follows inside out; the place to blame is where it was lost, not where reading fails. */
import { isWordAt } from "./characters.ts";
import type { Diagnostic } from "./model.ts";
import { syntaxError } from "./syntax-error.ts";
import { positionAt, TokenKind, type Tokens } from "./tokens.ts";

/** A string of several lines that ends in `key=`: most likely it swallowed the start of the next value. */
export function isSuspect(source: string, start: number, end: number): boolean {
  const tail = source.slice(Math.max(start + 1, end - 80), end - 1);
  return /[\w.]\s{0,8}=\s{0,8}$/.test(tail) && /[\r\n]/.test(source.slice(start, end));
}

export function closingQuoteLost({ lineStarts }: Tokens, start: number): Diagnostic {
  const message = "this string is never closed, or runs into the next one: its closing quote is missing";
  const fix = 'Close it with `"`, and write a quote inside it as `\\"`.';
  return syntaxError(positionAt(lineStarts, start), { rule: "dot_string", message, fix });
}

/** Judges the string at `start`, after `count` tokens, by its ends; `end` is -1 when nothing closes it. */
export function findLostQuote(tokens: Tokens, count: number, start: number, end: number): Diagnostic | null {
  const { source, kind } = tokens;
  const last = count - 1;
  const open =
    end < 0 || isWordAt(source, end) || (beginsComment(source, end) && isSuspect(source, start, end));
  const followsWord = kind[last] === TokenKind.word && tokens.end[last] === start;
  if (followsWord && (open || kind[last - 1] === TokenKind.equals)) {
    const at = positionAt(tokens.lineStarts, tokens.start[last]!);
    const message = "this text ends in a quote but does not begin with one";
    return syntaxError(at, { rule: "dot_string", message, fix: 'Put the opening `"` before the text.' });
  }
  return open ? closingQuoteLost(tokens, start) : null;
}

function beginsComment(source: string, at: number): boolean {
  return source[at] === "#" || source.startsWith("//", at) || source.startsWith("/*", at);
}
