/** A forgotten quote turns all that follows inside out; the place to blame is where it was lost, not where reading fails. */
import { isWordAt } from "./characters.ts";
import type { Diagnostic } from "./model.ts";
import { syntaxError } from "./syntax-error.ts";
import { Kind, positionAt, type Tokens } from "./tokens.ts";

/** A string of several lines that ends in `key=`: most likely it swallowed the start of the next value. */
export function isSuspect(source: string, start: number, end: number): boolean {
  const tail = source.slice(Math.max(start + 1, end - 80), end - 1);
  return /[\w.]\s{0,8}=\s{0,8}$/.test(tail) && /[\r\n]/.test(source.slice(start, end));
}

export function closingQuoteLost({ lineStarts }: Tokens, start: number): Diagnostic {
  const message = "this string is never closed, or runs into the next one: its closing quote is missing";
  return syntaxError(
    "dot_string",
    positionAt(lineStarts, start),
    message,
    'Close it with `"`, and write a quote inside it as `\\"`.',
  );
}

/** Judges the string at `start` by its ends; `end` is -1 when nothing closes it. */
export function findLostQuote(
  tokens: Tokens,
  start: number,
  end: number,
  suspect: number | null,
): Diagnostic | null {
  const { source, kind } = tokens;
  const last = kind.length - 1;
  const touchesValue =
    kind[last] === Kind.word && kind[last - 1] === Kind.equals && tokens.end[last] === start;
  if (touchesValue) {
    const message = "this value ends in a quote but does not begin with one";
    const fix = 'Put the opening `"` before it.';
    return syntaxError("dot_string", positionAt(tokens.lineStarts, tokens.start[last]!), message, fix);
  }
  if (end >= 0 && !isWordAt(source, end)) return null;
  return closingQuoteLost(tokens, suspect ?? start);
}
