/** Whether two reasons have one cause: vetoes first, then shared evidence. A false yes stops a run that was making progress. */

import { quotes } from "./quote.ts";
import { exchangesAThing } from "./template.ts";
import type { Atoms } from "./text/atoms.ts";
import { MISSED } from "./text/links.ts";
import { codeFamily } from "./text/shapes.ts";
import { GLUE, POLAR, stem, TYPE_NAMES } from "./text/words.ts";
import { covered, lastPart, saidOf, sameEnd, sameLink, sameName, sameTitle, type View } from "./view.ts";

export type Relation =
  | { readonly kind: "same"; readonly evidence: number }
  /** The two cannot have one cause. */
  | { readonly kind: "other"; readonly why: string }
  /** Nothing speaks against it, too little for it. */
  | { readonly kind: "unproven"; readonly why: string };

const other = (why: string): Relation => ({ kind: "other", why });
const unproven = (why: string): Relation => ({ kind: "unproven", why });

const WEIGHT = {
  test: 5,
  code: 3,
  exception: 1.5,
  rareException: 3,
  name: 2.5,
  commonName: 1,
  plainName: 2,
  file: 1.5,
  phrase: 2,
  link: 2,
  concept: 1,
  command: 0.5,
  word: 1,
};
const ENOUGH = 3.25;
/** What a quotation weighs. */
const QUOTED = 3;
/** As many telling words carry a sentence whatever stands between them. */
const PROSE_WORDS = 3;
/** Enough where neither text has anything else to say. */
const LONE_NAME = 2.5;
const MOST_WORDS = 4;
/** What one side names beyond the other makes that other vaguer. */
const BEYOND = { test: 0.75, concept: 0.25, name: 0.75, phrase: 0.75, file: 0.25, exception: 0.5 };
const MOST_BEYOND = 3;

interface Match {
  readonly shared: number;
  readonly onlyA: number;
  readonly onlyB: number;
}

interface Mentions extends Match {
  readonly weight: number;
}

export function compare(a: View, b: View): Relation {
  const relation = byAtoms(a, b);
  if (relation.kind === "other") return relation;
  const quoted = relation.kind === "unproven" && namesNoMore(a, b) && quotes(a.form, b.form);
  if (relation.kind === "unproven" && !quoted) return relation;
  if (exchangesAThing(a, b)) return other("the same sentence about another thing");
  return relation.kind === "same" ? relation : { kind: "same", evidence: QUOTED };
}

/** Neither names, quotes or tests anything that the other does not. */
function namesNoMore(a: View, b: View): boolean {
  const names = mentions(a.atoms.names, b.atoms.names, a, b);
  const phrases = mentions(a.atoms.phrases, b.atoms.phrases, a, b);
  return unmatched(names) + unmatched(phrases) === 0 && a.atoms.tests.length === b.atoms.tests.length;
}

function byAtoms(a: View, b: View): Relation {
  const x = a.atoms;
  const y = b.atoms;
  const tests = match(x.tests, y.tests, sameTitle);
  if (x.tests.length > 0 && y.tests.length > 0 && (tests.onlyA > 0 || tests.onlyB > 0))
    return other("other tests");
  if (codesDiffer(x.codes, y.codes)) return other("other codes");
  const codes = match(x.codes, y.codes, equal);
  const exceptions = match(x.exceptions, y.exceptions, equal);
  if (disjoint(x.exceptions, y.exceptions, exceptions)) return other("other exceptions");
  if (comparesAgainstThrows(x, y) || comparesAgainstThrows(y, x)) return other("one compares, one throws");
  const files = match(x.files, y.files, sameEnd);
  if (files.onlyA > 0 && files.onlyB > 0) return other("other files");
  const concepts = match(x.concepts, y.concepts, equal);
  if (codes.shared === 0 && disjoint(x.concepts, y.concepts, concepts))
    return other("another kind of failure");
  if (codes.shared === 0 && disjoint(x.kinds, y.kinds, match(x.kinds, y.kinds, equal))) return other("another kind of thing");
  const links = match(x.links.filter(ofNamed), y.links.filter(ofNamed), sameLink);
  if (links.shared === 0 && saysOfUnmentioned(x, b) && saysOfUnmentioned(y, a))
    return other("said of other things");
  const names = mentions(x.names, y.names, a, b);
  if (names.onlyA > 0 && names.onlyB > 0) return other("each names what the other does not");
  const phrases = mentions(x.phrases, y.phrases, a, b);
  if (phrases.onlyA > 0 && phrases.onlyB > 0) return other("other phrases");

  const commands = match(x.commands, y.commands, equal);
  const words = mentionedWords(a, b);
  const odd = Math.min(words.onlyA + names.onlyA, words.onlyB + names.onlyB);
  const titled = tests.shared + titlesMentioned(a, b);
  const subject = titled * WEIGHT.test + names.weight + phraseWeight(phrases) + links.shared * WEIGHT.link;
  if (subject === 0 && codes.shared + files.shared + exceptions.shared === 0)
    return byWords(x, y, { names, files, concepts, commands, words, tools: match(x.tools, y.tools, equal) });

  const evidence =
    subject +
    codes.shared * WEIGHT.code +
    exceptionWeight(x.exceptions, y.exceptions) +
    files.shared * WEIGHT.file +
    concepts.shared * WEIGHT.concept +
    commands.shared * WEIGHT.command +
    Math.min(words.shared, MOST_WORDS) * WEIGHT.word;
  if (odd > oddAllowed({
    titled,
    spoken: [...x.tests, ...y.tests].some((title) => title.split("-").length > 2),
    codes,
    exceptions,
    names,
    links: x.links.filter(ofNamed).filter((link) => y.links.some((other) => sameLink(link, other))),
    concepts: x.concepts.filter((concept) => y.concepts.includes(concept)),
  })) return unproven("other words");
  if (subject === 0 && disjoint(x.commands, y.commands, commands)) return unproven("other commands");
  const beyond =
    (titled === 0 ? x.tests.length + y.tests.length : 0) * BEYOND.test +
    unmatched(names) * BEYOND.name +
    unmatched(concepts) * BEYOND.concept +
    unmatched(phrases) * BEYOND.phrase +
    unmatched(files) * BEYOND.file +
    unmatched(exceptions) * BEYOND.exception;
  if (subject === 0 && codes.shared === 0 && words.shared + 1 < Math.max(words.onlyA, words.onlyB))
    return unproven("a file alone");
  const sum = evidence - Math.min(beyond, MOST_BEYOND);
  const oneSays = concepts.shared === 0 && [...x.concepts, ...y.concepts].some((concept) => SHARP.has(concept));
  let enough = ENOUGH;
  if (oneSays && codes.shared === 0 && titled === 0) enough = ENOUGH + 1;
  else if (names.shared > 0 && nothingElse(x, y, [names, files, phrases, exceptions, concepts], words)) enough = LONE_NAME;
  return sum >= enough ? { kind: "same", evidence: sum } : unproven(`evidence ${sum}`);
}

/** Ways to fail that nobody who knows of them leaves out. */
const SHARP = new Set(["crash", "timeout", "nil", "duplicate", "forbidden", "refused", "overflow", "race"]);

/** Both say this and no more. */
const nothingElse = (x: Atoms, y: Atoms, matches: readonly Match[], words: Match): boolean =>
  matches.every((one) => unmatched(one) === 0) && x.tests.length === y.tests.length && unmatched(words) === 0;

/** How many words may differ on both sides: none, unless what is shared says both what failed and how. */
function oddAllowed({ titled, spoken, codes, links, exceptions, names, concepts }: Agreement): number {
  if (links.some((link) => TELLING_LINKS.has(link.slice(0, link.indexOf(" "))))) return 2;
  if (titled > 0 && spoken) return 2;
  if (titled > 0 && (exceptions.shared > 0 || concepts.includes("compare"))) return 2;
  return codes.shared > 0 && names.weight >= WEIGHT.plainName ? 2 : 0;
}

/** Said of a thing, these are the whole failure; that something timed out or crashed is not. */
const TELLING_LINKS = new Set(["absent", "unused", "duplicate", "conflict", "unbound", "stale"]);

interface Agreement {
  readonly titled: number;
  /** A shared title is a sentence, which asserts one thing. */
  readonly spoken: boolean;
  readonly codes: Match;
  readonly links: readonly string[];
  readonly exceptions: Match;
  readonly names: Mentions;
  readonly concepts: readonly string[];
}

interface Plain {
  readonly names: Match;
  readonly files: Match;
  readonly concepts: Match;
  readonly commands: Match;
  readonly words: Match;
  readonly tools: Match;
}

/** Texts that share no name, file, test or code: one must say all that the other says, and enough of it. */
function byWords(x: Atoms, y: Atoms, { names, files, concepts, commands, words, tools }: Plain): Relation {
  if (names.onlyA + files.onlyA > 0 && names.onlyB + files.onlyB > 0)
    return other("each names what the other does not");
  if (disjoint(x.commands, y.commands, commands)) return unproven("other commands");
  if (Math.min(words.onlyA, words.onlyB) > 0) return unproven("other words");
  const evidence = words.shared + commands.shared * 2 + (words.shared > 0 ? tools.shared : 0) + concepts.shared;
  const nothingMore = unmatched(words) + unmatched(names) + unmatched(files) === 0;
  const turns = match(x.turns, y.turns, equal);
  const polar = (atoms: Atoms): string => atoms.turns.filter((word) => POLAR.has(word)).sort().join(" ");
  const turned = polar(x) !== polar(y) || (turns.onlyA > 0 && turns.onlyB > 0) || (words.shared < PROSE_WORDS && unmatched(turns) + unmatched(concepts) > 0);
  return nothingMore && !turned && evidence >= 2 && words.shared + commands.shared >= 1 ? { kind: "same", evidence } : unproven(`words ${words.shared}`);
}

const equal = (x: string, y: string): boolean => x === y;
const unmatched = (match: Match): number => match.onlyA + match.onlyB;
const disjoint = (a: readonly string[], b: readonly string[], match: Match): boolean =>
  a.length > 0 && b.length > 0 && match.shared === 0;

function match(a: readonly string[], b: readonly string[], same: (x: string, y: string) => boolean): Match {
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

/** Codes of one family must be the same ones: fewer of them is progress. With no family in common they are other codes. */
function codesDiffer(a: readonly string[], b: readonly string[]): boolean {
  if (a.length === 0 || b.length === 0) return false;
  const familiesA = a.map(codeFamily);
  const familiesB = b.map(codeFamily);
  if (!familiesA.some((family) => familiesB.includes(family))) return true;
  return (
    a.some((code) => familiesB.includes(codeFamily(code)) && !b.includes(code)) ||
    b.some((code) => familiesA.includes(codeFamily(code)) && !a.includes(code))
  );
}

/** Said of a file or name, not of what plain words describe. */
const ofNamed = (link: string): boolean => !saidOf(link).startsWith(MISSED);

const comparesAgainstThrows = (a: Atoms, b: Atoms): boolean =>
  a.exceptions.length === 0 &&
  b.exceptions.length > 0 &&
  a.concepts.includes("compare") &&
  !b.concepts.includes("compare");

/** Something is said of a thing that the other text never mentions. */
const saysOfUnmentioned = (a: Atoms, b: View): boolean =>
  a.links.some((link) => {
    const thing = saidOf(link);
    return (
      ![...b.atoms.files, ...b.atoms.names].some((item) => sameEnd(item, thing)) && !covered(thing, b.bag)
    );
  });

/** Names of one side that the other names too, or spells out in words. */
function mentions(inA: readonly string[], inB: readonly string[], a: View, b: View): Mentions {
  if (inA.length === 0 && inB.length === 0) return { shared: 0, onlyA: 0, onlyB: 0, weight: 0 };
  const ofA = inA.filter((name) => inB.some((item) => sameName(name, item)) || covered(name, b.bag));
  const ofB = inB.filter((name) => inA.some((item) => sameName(name, item)) || covered(name, a.bag));
  const shared = ofA.length > ofB.length ? ofA : ofB;
  const weight = shared.reduce((sum, name) => sum + nameWeight(name), 0);
  const onlyA = inA.filter((name) => !ofA.includes(name) && !b.stems.has(lastPart(name))).length;
  const onlyB = inB.filter((name) => !ofB.includes(name) && !a.stems.has(lastPart(name))).length;
  return { shared: shared.length, onlyA, onlyB, weight };
}

/** Exceptions that languages bring along are in many failures; one of a library's own is as good as a code. */
const COMMON_EXCEPTIONS = new Set(
  `assertion typeerror valueerror keyerror indexerror attributeerror referenceerror rangeerror syntaxerror importerror ioerror oserror nameerror
  nullpointerexception illegalargumentexception illegalstateexception ioexception indexoutofboundsexception nomethoderror argumenterror
  compileerror timeouterror filenotfounderror modulenotfounderror validationerror`.split(/\s+/),
);

function exceptionWeight(a: readonly string[], b: readonly string[]): number {
  const shared = a.filter((name) => b.includes(name));
  return shared.reduce((sum, name) => sum + (COMMON_EXCEPTIONS.has(name) ? WEIGHT.exception : WEIGHT.rareException), 0);
}

const phraseWeight = (phrases: Mentions): number => phrases.shared * WEIGHT.phrase;

/** `A`, `f` and `string` are in many messages. */
const nameWeight = (name: string): number => {
  if (name.length < 3 || TYPE_NAMES.has(name) || GLUE.has(stem(name))) return WEIGHT.commonName;
  return /^[a-z]+$/.test(name) ? WEIGHT.plainName : WEIGHT.name;
};

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
