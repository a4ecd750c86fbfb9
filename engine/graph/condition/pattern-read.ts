/** The text of a pattern -> its tree. */
import { TextError } from "../text-error.ts";
import { ANY, anyOf, type CharSet, ESCAPED, not, one, range } from "./characters-of.ts";
import type { Tree } from "./pattern-tree.ts";

interface Cursor {
  readonly text: string;
  readonly ignoreCase: boolean;
  at: number;
  depth: number;
}

const MOST_NESTED = 30;
const MOST_REPEATED = 200;

export function readPattern(text: string, from: number): Tree {
  const cursor: Cursor = { text, ignoreCase: from > 0, at: from, depth: 0 };
  const tree = readChoice(cursor);
  if (cursor.at < text.length)
    throw new TextError("`)` closes nothing", cursor.at, "write \\) for the character");
  return tree;
}

function readChoice(cursor: Cursor): Tree {
  const ways = [readSequence(cursor)];
  while (cursor.text[cursor.at] === "|") {
    cursor.at++;
    ways.push(readSequence(cursor));
  }
  return ways.length === 1 ? ways[0]! : { is: "choice", of: ways };
}

function readSequence(cursor: Cursor): Tree {
  const parts: Tree[] = [];
  while (cursor.at < cursor.text.length && !"|)".includes(cursor.text[cursor.at]!)) {
    parts.push(readRepeated(cursor, readOne(cursor)));
  }
  return { is: "sequence", of: parts };
}

function readOne(cursor: Cursor): Tree {
  const { text, at } = cursor;
  const char = String.fromCodePoint(text.codePointAt(at)!);
  cursor.at += char.length;
  if (char === "^") return { is: "begin" };
  if (char === "$") return { is: "end" };
  if (char === ".") return { is: "set", set: ANY };
  if (char === "(") return readGroup(cursor, at);
  if (char === "[") return { is: "set", set: readClass(cursor, at) };
  if (char === "\\") return { is: "set", set: readEscape(cursor, at) };
  if ("*+?{".includes(char)) {
    throw new TextError(`\`${char}\` repeats nothing`, at, `write \\${char} for the character`);
  }
  return { is: "set", set: one(folded(cursor, char)) };
}

const folded = ({ ignoreCase }: Cursor, char: string): number =>
  (ignoreCase ? char.toLowerCase() : char).codePointAt(0)!;

function readGroup(cursor: Cursor, open: number): Tree {
  if (cursor.text.startsWith("?:", cursor.at)) cursor.at += 2;
  else if (cursor.text[cursor.at] === "?") {
    const fix = "write (…) or (?:…), and (?i) only at the very beginning";
    throw new TextError("look-around, names and flags of groups are not known here", open, fix);
  }
  if (++cursor.depth > MOST_NESTED)
    throw new TextError(`groups nest deeper than ${MOST_NESTED}`, open, "write a flatter one");
  const tree = readChoice(cursor);
  cursor.depth--;
  if (cursor.text[cursor.at] !== ")")
    throw new TextError("this group is not closed", open, "close it with )");
  cursor.at++;
  return tree;
}

function readClass(cursor: Cursor, open: number): CharSet {
  const { text } = cursor;
  const negated = text[cursor.at] === "^";
  if (negated) cursor.at++;
  const sets: CharSet[] = [];
  for (let first = true; first || text[cursor.at] !== "]"; first = false) {
    if (cursor.at >= text.length) throw new TextError("this class is not closed", open, "close it with ]");
    sets.push(readMember(cursor));
  }
  cursor.at++;
  const set = anyOf(sets);
  return negated ? not(set) : set;
}

/** A character, an escape or a range; with `(?i)` a range takes both cases. */
function readMember(cursor: Cursor): CharSet {
  const { text, at } = cursor;
  const from = readBound(cursor);
  if (typeof from !== "number") return from;
  if (text[cursor.at] !== "-" || (text[cursor.at + 1] ?? "]") === "]") return one(from);
  cursor.at++;
  const to = readBound(cursor);
  if (typeof to !== "number" || to < from)
    throw new TextError("this range has no sense", at, "write it upwards, as in a-z");
  return range(from, to);
}

function readBound(cursor: Cursor): number | CharSet {
  const { text, at } = cursor;
  if (text[at] === "\\") {
    cursor.at++;
    const letter = text[cursor.at] ?? "";
    if (ESCAPED.has(letter) || !isPunctuation(letter)) return readEscape(cursor, at);
    cursor.at++;
    return letter.codePointAt(0)!;
  }
  const char = String.fromCodePoint(text.codePointAt(at)!);
  cursor.at += char.length;
  return folded(cursor, char);
}

function readEscape(cursor: Cursor, at: number): CharSet {
  const letter = cursor.text[cursor.at] ?? "";
  const set = ESCAPED.get(letter);
  if (set === undefined && !isPunctuation(letter)) {
    const fix = "known are \\d \\w \\s, their capitals, \\n \\r \\t, and a backslash before a mark";
    throw new TextError(`\`\\${letter}\` is not known here`, at, fix);
  }
  cursor.at++;
  return set ?? one(letter.codePointAt(0)!);
}

const isPunctuation = (char: string): boolean =>
  char !== "" && /^[\x20-\x7e]$/.test(char) && !/\w/.test(char);

function readRepeated(cursor: Cursor, tree: Tree): Tree {
  const { text, at } = cursor;
  const bounds = boundsAt(cursor);
  if (bounds === null) return tree;
  if (tree.is === "begin" || tree.is === "end")
    throw new TextError("a place in the text cannot be repeated", at, "remove the repetition");
  // Which of several fits is taken makes no difference to whether one fits.
  if (text[cursor.at] === "?") cursor.at++;
  const repeated: Tree = { is: "repeat", of: tree, ...bounds };
  if ("*+?{".includes(text[cursor.at] ?? "x"))
    throw new TextError("a repetition of a repetition", cursor.at, "put a group around the first");
  return repeated;
}

function boundsAt(cursor: Cursor): { min: number; max: number } | null {
  const { text, at } = cursor;
  const short = { "*": [0, Infinity], "+": [1, Infinity], "?": [0, 1] }[text[at] ?? ""];
  if (short !== undefined) {
    cursor.at++;
    return { min: short[0]!, max: short[1]! };
  }
  if (text[at] !== "{") return null;
  const found = /^\{(\d{1,4})(,(\d{0,4}))?\}/.exec(text.slice(at, at + 16));
  if (found === null) throw new TextError("`{` begins no repetition", at, "write {2}, {2,} or {2,5}, or \\{");
  const min = Number(found[1]);
  const max = found[2] === undefined ? min : found[3] === "" ? Number.POSITIVE_INFINITY : Number(found[3]);
  if (max < min || min > MOST_REPEATED || (max !== Number.POSITIVE_INFINITY && max > MOST_REPEATED))
    throw new TextError(
      "these bounds do not fit",
      at,
      `write at most ${MOST_REPEATED}, the smaller one first`,
    );
  cursor.at += found[0].length;
  return { min, max };
}
