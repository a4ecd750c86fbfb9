/** Which characters make words, in and out of a value. */
import { once } from "../once.ts";

export const Char = {
  quote: 0x22,
  hash: 0x23,
  star: 0x2a,
  plus: 0x2b,
  dash: 0x2d,
  dot: 0x2e,
  slash: 0x2f,
  less: 0x3c,
  equals: 0x3d,
  greater: 0x3e,
} as const;

const ASCII_WORD = new Uint8Array(128);
for (const char of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_$")
  ASCII_WORD[char.charCodeAt(0)] = 1;

/** After `=` a bare value may also hold what model names, paths and versions are made of. */
const ASCII_VALUE = ASCII_WORD.slice();
for (const char of ".-:/@+") ASCII_VALUE[char.charCodeAt(0)] = 1;

const unicodeWord = once(() => /[\p{L}\p{M}\p{N}]/u);

const SPACE = new Uint8Array(128);
for (const char of " \t\n\r\f\v") SPACE[char.charCodeAt(0)] = 1;

export function isSpace(code: number): boolean {
  return SPACE[code] === 1;
}

function unicodeWordLength(source: string, at: number): number {
  const char = String.fromCodePoint(source.codePointAt(at)!);
  return unicodeWord().test(char) ? char.length : 0;
}

/** Also asked of the places beside a string: one that touches a word lost a quote. */
export function isWordAt(source: string, at: number): boolean {
  if (at < 0 || at >= source.length) return false;
  const code = source.charCodeAt(at);
  return code < 128 ? ASCII_WORD[code] === 1 : unicodeWordLength(source, at) > 0;
}

/** Identifiers and numerals; dots and single dashes only between word characters, so that `a->b` is three tokens. */
function endOfPlainWord(source: string, start: number): number {
  let at = start;
  const sign = source[at];
  if ((sign === "-" || sign === ".") && isDigit(source.charCodeAt(at + 1))) at++;
  while (at < source.length) {
    const code = source.charCodeAt(at);
    if (code >= 128) {
      const length = unicodeWordLength(source, at);
      if (length === 0) break;
      at += length;
    } else if (ASCII_WORD[code] === 1) at++;
    else if ((code === Char.dash || code === Char.dot) && at > start && isWordAt(source, at + 1)) at++;
    else break;
  }
  return at;
}

function endOfBareValue(source: string, start: number): number {
  let at = start;
  while (at < source.length) {
    const code = source.charCodeAt(at);
    if (code >= 128) {
      const length = unicodeWordLength(source, at);
      if (length === 0) break;
      at += length;
      continue;
    }
    const next = source.charCodeAt(at + 1);
    if (ASCII_VALUE[code] !== 1) break;
    if (code === Char.slash && (next === Char.slash || next === Char.star)) break;
    at++;
  }
  return at;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** Where the word that begins at `start` ends; `start` itself when none begins there. */
export function endOfWord(source: string, start: number, inValue: boolean): number {
  return inValue ? endOfBareValue(source, start) : endOfPlainWord(source, start);
}
