/** What two reasons share and what only one of them has, kind by kind. */
import { GLUE, stem, TYPE_NAMES } from "../text/words.ts";
import { covered, lastPart, sameEnd, sameLink, sameName, sameTitle, type View } from "./view.ts";

export interface Match {
  readonly shared: number;
  readonly onlyA: number;
  readonly onlyB: number;
}

export interface Overlap {
  readonly codes: Match;
  readonly exceptions: Match;
  readonly files: Match;
  readonly names: Match;
  readonly phrases: Match;
  readonly links: Match;
  readonly concepts: Match;
  readonly commands: Match;
  readonly words: Match;
  /** Tests that both name, or that one names and the other spells out. */
  readonly titled: number;
  /** The names that both have. */
  readonly sharedNames: readonly string[];
}

export function overlapOf(a: View, b: View): Overlap {
  const x = a.atoms;
  const y = b.atoms;
  const sharedNames = namesInBoth(a, b);
  return {
    codes: match(x.codes, y.codes, equal),
    exceptions: match(x.exceptions, y.exceptions, equal),
    files: match(x.files, y.files, sameEnd),
    names: mentions(a, b, "names"),
    phrases: mentions(a, b, "phrases"),
    links: match(a.named, b.named, sameLink),
    concepts: match(x.concepts, y.concepts, equal),
    commands: match(x.commands, y.commands, equal),
    words: mentionedWords(a, b),
    titled: match(x.tests, y.tests, sameTitle).shared + titlesMentioned(a, b),
    sharedNames,
  };
}

export const equal = (x: string, y: string): boolean => x === y;
export const unmatched = ({ onlyA, onlyB }: Match): number => onlyA + onlyB;

export function match(
  a: readonly string[],
  b: readonly string[],
  same: (x: string, y: string) => boolean,
): Match {
  if (a.length === 0 || b.length === 0) return { shared: 0, onlyA: a.length, onlyB: b.length };
  const inB = count(a, (x) => b.some((y) => same(x, y)));
  const inA = count(b, (y) => a.some((x) => same(x, y)));
  return { shared: Math.min(inA, inB), onlyA: a.length - inB, onlyB: b.length - inA };
}

function count(list: readonly string[], holds: (item: string) => boolean): number {
  let n = 0;
  for (const item of list) if (holds(item)) n++;
  return n;
}

/** Names or quotations of one side that the other has too, or spells out in words. */
export function mentions(a: View, b: View, kind: "names" | "phrases"): Match {
  const inA = a.atoms[kind];
  const inB = b.atoms[kind];
  const isIn = (name: string, list: readonly string[], view: View): boolean =>
    list.some((item) => sameName(name, item)) || covered(name, view.bag);
  const ofA = count(inA, (name) => isIn(name, inB, b));
  const ofB = count(inB, (name) => isIn(name, inA, a));
  return {
    shared: Math.max(ofA, ofB),
    onlyA: count(inA, (name) => !b.stems.has(lastPart(name)) && !isIn(name, inB, b)),
    onlyB: count(inB, (name) => !a.stems.has(lastPart(name)) && !isIn(name, inA, a)),
  };
}

function namesInBoth(a: View, b: View): readonly string[] {
  const both = (one: View, other: View): string[] =>
    one.atoms.names.filter(
      (name) => other.atoms.names.some((item) => sameName(name, item)) || covered(name, other.bag),
    );
  const ofA = both(a, b);
  const ofB = both(b, a);
  return ofA.length > ofB.length ? ofA : ofB;
}

/** Tests of one side that the other, naming none, has among its names or spells out in words. */
function titlesMentioned(a: View, b: View): number {
  if (a.atoms.tests.length > 0 === b.atoms.tests.length > 0) return 0;
  const [titled, plain] = a.atoms.tests.length > 0 ? [a, b] : [b, a];
  return count(
    titled.atoms.tests,
    (title) => plain.titles.has(title) || (title.includes("-") && covered(title, plain.bag)),
  );
}

function mentionedWords(a: View, b: View): Match {
  const ofA = count(a.atoms.words, (word) => b.bag.has(word));
  const ofB = count(b.atoms.words, (word) => a.bag.has(word));
  return { shared: Math.min(ofA, ofB), onlyA: a.atoms.words.length - ofA, onlyB: b.atoms.words.length - ofB };
}

/** `A`, `f` and `string` are in many messages, `config` in some, `rooms_do_not_overlap` in one. */
export function rarity(name: string): "common" | "plain" | "rare" | "rule" {
  if (name.length < 3 || TYPE_NAMES.has(name) || GLUE.has(stem(name))) return "common";
  if (/^[a-z]+(?:-[a-z]+){2,}$|[/][a-z]+(?:-[a-z]+)+$/.test(name)) return "rule";
  return /^[a-z]+$/.test(name) ? "plain" : "rare";
}
