/** Puts an update's hunks into a text. A patch that had to be adapted must match to the letter and at one place only. */
import { type Hunk, PatchError } from "./types.ts";

interface Ends {
  /** Of each line, as it stands. */
  readonly each: string[];
  readonly usual: string;
}

export function applyHunks(path: string, text: string, hunks: readonly Hunk[], exactly: boolean): string {
  const { lines, ends, endsOpen } = taken(text);
  let cursor = 0;
  let grown = 0;
  for (const [nth, hunk] of hunks.entries()) {
    const old = hunk.lines.filter(({ kind }) => kind !== "+").map((line) => line.text);
    const where = `hunk ${nth + 1} of ${path}`;
    const place = placeOf(lines, old, hunk, cursor, grown, exactly, where);
    const fresh = freshLines(lines, ends, place, hunk);
    lines.splice(place, old.length, ...fresh.map(([line]) => line));
    ends.each.splice(place, old.length, ...fresh.map(([, end]) => end));
    cursor = place + fresh.length;
    grown += fresh.length - old.length;
  }
  const last = lines.length - 1;
  return lines
    .map((line, nth) => line + (nth === last && endsOpen ? "" : ends.each[nth] || ends.usual))
    .join("");
}

function taken(text: string): { lines: string[]; ends: Ends; endsOpen: boolean } {
  const parts = text.split("\n");
  const endsOpen = parts.at(-1) !== "";
  if (!endsOpen) parts.pop();
  const isCrlf = parts.map((part, nth) => part.endsWith("\r") && !(endsOpen && nth === parts.length - 1));
  const each = parts.map((_, nth) =>
    isCrlf[nth] ? "\r\n" : endsOpen && nth === parts.length - 1 ? "" : "\n",
  );
  const usual = isCrlf.filter(Boolean).length * 2 > parts.length ? "\r\n" : "\n";
  return {
    lines: parts.map((part, nth) => (isCrlf[nth] ? part.slice(0, -1) : part)),
    ends: { each, usual },
    endsOpen,
  };
}

/** Context stays as the file has it, though the patch may write it with other spaces. */
function freshLines(
  lines: readonly string[],
  { each, usual }: Ends,
  place: number,
  { lines: hunk }: Hunk,
): (readonly [line: string, end: string])[] {
  let at = place;
  const fresh: (readonly [string, string])[] = [];
  for (const { kind, text } of hunk) {
    // One more line ends as the one before it in the hunk.
    if (kind === "+") fresh.push([text, each[Math.max(place, at - 1)] || usual]);
    else {
      if (kind === " ") fresh.push([lines[at]!, each[at]!]);
      at++;
    }
  }
  return fresh;
}

function placeOf(
  lines: readonly string[],
  old: readonly string[],
  hunk: Hunk,
  cursor: number,
  grown: number,
  exactly: boolean,
  where: string,
): number {
  let from = cursor;
  for (const hint of hunk.hints) {
    const found = hintAt(lines, hint, from);
    if (found === -1 && old.length === 0)
      throw new PatchError(`${where}: no line reads ${JSON.stringify(hint)}`);
    if (found !== -1) from = found + 1;
  }
  const expected = hunk.near === null ? null : hunk.near - 1 + grown;
  if (old.length === 0) {
    if (hunk.near !== null) return Math.min(lines.length, expected! + 1);
    return hunk.hints.length > 0 ? from : lines.length;
  }
  if (exactly) return exactPlace(lines, old, from, expected, hunk, where);
  for (const same of LEVELS) {
    if (hunk.atEnd && matches(lines, old, lines.length - old.length, same)) return lines.length - old.length;
    const found = seek(lines, old, from, same);
    if (found !== -1) return found;
  }
  // A hint that names a line within the hunk itself.
  const above = from === cursor ? -1 : seek(lines, old, cursor, LEVELS[0]!);
  if (above !== -1) return above;
  throw new PatchError(missing(lines, old, where));
}

function exactPlace(
  lines: readonly string[],
  old: readonly string[],
  from: number,
  expected: number | null,
  hunk: Hunk,
  where: string,
): number {
  const same = LEVELS[0]!;
  if (hunk.atEnd && matches(lines, old, lines.length - old.length, same)) return lines.length - old.length;
  if (expected !== null && expected >= from && matches(lines, old, expected, same)) return expected;
  const found = seek(lines, old, from, same);
  if (found === -1) throw new PatchError(missing(lines, old, where));
  if (seek(lines, old, found + 1, same) !== -1)
    throw new PatchError(`${where} fits in more than one place: give more lines around it`);
  return found;
}

type Same = (a: string, b: string) => boolean;
const plainSigns = (text: string): string =>
  text
    .trim()
    .replace(/[\u2010-\u2015\u2212]/g, "-")
    .replace(/[\u2018\u2019\u201a\u201b]/g, "'")
    .replace(/[\u201c\u201d\u201e\u201f]/g, '"')
    .replace(/[\u00a0\u2002-\u200a\u202f\u205f\u3000]/g, " ");

/** From the letter to the sense. */
const LEVELS: readonly Same[] = [
  (a, b) => a === b,
  (a, b) => a.trimEnd() === b.trimEnd(),
  (a, b) => a.trim() === b.trim(),
  (a, b) => plainSigns(a) === plainSigns(b),
];

const matches = (lines: readonly string[], old: readonly string[], at: number, same: Same): boolean =>
  at >= 0 && at + old.length <= lines.length && old.every((text, nth) => same(lines[at + nth]!, text));

function seek(lines: readonly string[], old: readonly string[], from: number, same: Same): number {
  for (let at = from; at + old.length <= lines.length; at++) if (matches(lines, old, at, same)) return at;
  return -1;
}

function hintAt(lines: readonly string[], hint: string, from: number): number {
  const whole = lines.findIndex((line, nth) => nth >= from && line.trim() === hint);
  return whole !== -1 ? whole : lines.findIndex((line, nth) => nth >= from && line.includes(hint));
}

const AROUND = 4;

/** The first line that the patch expects, and what the file holds where it comes nearest. */
function missing(lines: readonly string[], old: readonly string[], where: string): string {
  const known = old.findIndex(
    (text) => text.trim() !== "" && lines.some((line) => line.trim() === text.trim()),
  );
  const expected = `${where} does not match the file. It expects:\n${old.slice(0, 8).join("\n")}`;
  if (known === -1) return `${expected}\nNone of these lines is in the file: read it first.`;
  const at = lines.findIndex((line) => line.trim() === old[known]!.trim());
  const first = Math.max(0, at - AROUND);
  const shown = lines.slice(first, at + AROUND + 1).map((line, nth) => `${first + nth + 1}: ${line}`);
  return `${expected}\nThe file has there:\n${shown.join("\n")}`;
}
