/** How wide text will be, guessed without a font: enough to size a box that the text then fits. */
import { once } from "../once.ts";

/** In hundredths of the font size, a little generous: system fonts differ. */
const NARROW = 33;
const LOWER = 57;
const UPPER = 71;
const WIDE = 92;
const FULL = 105;

/** Made when they are first needed, as in units.ts. */
const segments = once(() => new Intl.Segmenter("en", { granularity: "grapheme" }));

export function graphemes(text: string): string[] {
  return Array.from(segments().segment(text), (part) => part.segment);
}

export function textWidth(text: string, fontSize: number): number {
  let hundredths = 0;
  for (const grapheme of graphemes(text)) hundredths += graphemeWidth(grapheme);
  return (hundredths * fontSize) / 100;
}

function graphemeWidth(grapheme: string): number {
  const code = grapheme.codePointAt(0)!;
  if (code >= 0x1100) return code < 0x2e80 && code > 0x11ff ? LOWER + 20 : FULL;
  if (/[iIjlt|.,:;'`!f()[\]{} r]/.test(grapheme)) return NARROW + 3;
  if (/[mwMW@%—…]/.test(grapheme)) return WIDE;
  if (/[A-Z&#$+<>=~0-9?]/.test(grapheme)) return UPPER - (/[0-9?]/.test(grapheme) ? 9 : 0);
  return LOWER;
}

/** Lines no wider than `width`, at most `maxLines`; the rest becomes an ellipsis. Long names break behind `_ - / .`. */
export function wrapText(text: string, fontSize: number, width: number, maxLines: number): string[] {
  const lines: string[] = [];
  let line = "";
  const parts = text.split(/(?<=[\s_\-/.])/);
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at]!;
    if (textWidth((line + part).trimEnd(), fontSize) <= width) {
      line += part;
      continue;
    }
    if (line.trim() !== "") {
      if (lines.length === maxLines - 1) return [...lines, ellipsis(line + part, fontSize, width)];
      lines.push(line.trim());
    }
    if (textWidth(part.trimEnd(), fontSize) <= width) {
      line = part.trimStart();
      continue;
    }
    const [head, tail] = splitWord(part, fontSize, width);
    if (lines.length === maxLines - 1) return [...lines, ellipsis(part, fontSize, width)];
    lines.push(head);
    line = "";
    if (tail !== "") parts.splice(at + 1, 0, tail);
  }
  if (line.trim() !== "") lines.push(line.trim());
  return lines;
}

/** The text on one line, cut to the width. */
export function ellipsis(text: string, fontSize: number, width: number): string {
  if (textWidth(text.trim(), fontSize) <= width) return text.trim();
  const [head] = splitWord(text.trim(), fontSize, width - textWidth("…", fontSize));
  return `${head.trimEnd()}…`;
}

function splitWord(word: string, fontSize: number, width: number): [string, string] {
  let head = "";
  let used = 0;
  for (const grapheme of graphemes(word)) {
    used += (graphemeWidth(grapheme) * fontSize) / 100;
    if (used > width && head !== "") break;
    head += grapheme;
  }
  return [head, word.slice(head.length)];
}
