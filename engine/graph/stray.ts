/** Text that is no token of the language: comments, HTML labels, and characters that a slip or another language put there. */
import { isSpace } from "./characters.ts";
import type { Mistake } from "./syntax-error.ts";

/** Offset after the comment that begins here, or -1 when a block comment has no end. */
export function endOfComment(source: string, start: number): number {
  if (source.startsWith("/*", start)) {
    const close = source.indexOf("*/", start + 2);
    return close < 0 ? -1 : close + 2;
  }
  const ending = /[\r\n]/g;
  ending.lastIndex = start;
  return ending.exec(source)?.index ?? source.length;
}

/** Offset after the balanced `<…>`, or -1. */
export function endOfHtml(source: string, start: number): number {
  let depth = 0;
  for (let at = start; at < source.length; at++) {
    if (source[at] === "<") depth++;
    else if (source[at] === ">" && --depth === 0) return at + 1;
  }
  return -1;
}

interface Stray {
  /** How much of the text to pass over. */
  readonly length: number;
  readonly mistake: Mistake;
}

const ARROWS = ["=>", "- >", "-", ">", "→", "⇒", "—>", "–>", "—", "–"];
const QUOTES = "'`“”‘’«»„";

/** What to say about text that begins no token. */
export function strayText(source: string, at: number): Stray {
  const arrow = ARROWS.find((text) => source.startsWith(text, at));
  if (arrow !== undefined) {
    const message = `\`${arrow}\` is not an edge`;
    return {
      length: arrow.length,
      mistake: { rule: "dot_missing_arrow", message, fix: "Write an edge as `a -> b`." },
    };
  }
  const char = String.fromCodePoint(source.codePointAt(at)!);
  if (QUOTES.includes(char)) {
    const message = `${char} does not quote a string`;
    const fix = 'Use straight double quotes: "text".';
    return { length: lengthToSpace(source, at), mistake: { rule: "dot_string", message, fix } };
  }
  const fix = "Put text with such characters in double quotes, or remove it.";
  const message = `unexpected character ${printable(char)}`;
  return { length: char.length, mistake: { rule: "dot_character", message, fix } };
}

function lengthToSpace(source: string, start: number): number {
  let at = start + 1;
  while (at < source.length && !isSpace(source.charCodeAt(at))) at++;
  return at - start;
}

function printable(char: string): string {
  const code = char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
  return /[\p{C}\p{Z}]/u.test(char) ? `U+${code}` : `\`${char}\` (U+${code})`;
}
