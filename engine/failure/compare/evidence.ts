/** How much speaks for one cause, where nothing speaks against it. */
import { type Overlap, rarity, unmatched } from "./overlap.ts";
import { conceptOf, sameLink, type View } from "./view.ts";

/** What each shared atom weighs. */
const WEIGHT = {
  test: 5,
  code: 3,
  exception: { common: 1.5, own: 3 },
  name: { rule: 3, rare: 2.5, plain: 2, common: 1 },
  file: 1.5,
  phrase: 2,
  link: 2,
  concept: 1,
  command: 0.5,
  word: 1,
};
const MOST_WORDS = 4;
/** What one side has beyond the other makes that other vaguer. */
const BEYOND = { test: 0.75, concept: 0.25, name: 0.75, phrase: 0.75, file: 0.25, exception: 0.5 };
const MOST_BEYOND = 3;

const ENOUGH = 3.25;
/** Enough where neither has anything else to say. */
const LONE_NAME = 2.5;
/** Enough where only one says how it failed, and that is nothing to leave out. */
const SHARPER = 4.25;
const SHARP = new Set(["crash", "timeout", "nil", "duplicate", "forbidden", "refused", "overflow", "race"]);

/** Exceptions that languages bring along are in many failures; a library's own is as good as a code. */
const COMMON_EXCEPTIONS = new Set(
  `assertion typeerror valueerror keyerror indexerror attributeerror referenceerror rangeerror syntaxerror importerror ioerror oserror nameerror
  nullpointerexception illegalargumentexception illegalstateexception ioexception indexoutofboundsexception nomethoderror argumenterror
  compileerror timeouterror filenotfounderror modulenotfounderror validationerror`.split(/\s+/),
);

/** Says of a thing all there is to say; that something timed out or crashed does not. */
const TELLING = new Set(["absent", "unused", "duplicate", "conflict", "unbound", "stale"]);

/** Codes of the surroundings: whatever else is said, they are the failure. */
const SAYS_ALL = new Set(
  "turn-limit token-limit stage-timeout e401 e429 e502 e503 e504 e529 enospc".split(" "),
);

/** A shared subject: something that names what failed. */
export const subjectOf = ({ titled, sharedNames, phrases, links }: Overlap): number =>
  titled * WEIGHT.test +
  sharedNames.reduce((sum, name) => sum + WEIGHT.name[rarity(name)], 0) +
  phrases.shared * WEIGHT.phrase +
  links.shared * WEIGHT.link;

/** The evidence, or why it is not enough. */
export function weigh(a: View, b: View, overlap: Overlap): number | string {
  const { codes, files, exceptions, concepts, commands, words, names, titled } = overlap;
  const subject = subjectOf(overlap);
  if (assertsAlone(a, b, overlap)) return "an assertion alone";
  const odd = Math.min(words.onlyA + names.onlyA, words.onlyB + names.onlyB);
  if (odd > oddAllowed(a, b, overlap)) return "other words";
  if (subject === 0 && commands.shared === 0 && commands.onlyA > 0 && commands.onlyB > 0)
    return "other commands";
  if (subject === 0 && codes.shared === 0 && words.shared + 1 < Math.max(words.onlyA, words.onlyB))
    return "a file alone";

  const evidence =
    subject +
    codes.shared * WEIGHT.code +
    exceptionWeight(a, b) +
    files.shared * WEIGHT.file +
    concepts.shared * WEIGHT.concept +
    commands.shared * WEIGHT.command +
    Math.min(words.shared, MOST_WORDS) * WEIGHT.word;
  if (saysAll(a, b)) return evidence;
  const sum = evidence - Math.min(beyond(a, b, overlap), MOST_BEYOND);
  const oneIsSharper =
    concepts.shared === 0 && [...a.atoms.concepts, ...b.atoms.concepts].some((one) => SHARP.has(one));
  let enough = ENOUGH;
  if (oneIsSharper && codes.shared === 0 && titled === 0) enough = SHARPER;
  else if (names.shared > 0 && unmatched(exceptions) === 0 && saysNoMore(a, b, overlap)) enough = LONE_NAME;
  return sum >= enough ? sum : `evidence ${sum}`;
}

const saysAll = (a: View, b: View): boolean =>
  a.atoms.codes.some((code) => SAYS_ALL.has(code) && b.atoms.codes.includes(code));

/** All tests of a suite have its file and what assertions say in common: one is known by its test, or by what it is about. */
function assertsAlone(a: View, b: View, { titled, codes, names, words, phrases }: Overlap): boolean {
  if (titled > 0 || codes.shared > 0 || !asserts(a) || !asserts(b)) return false;
  return (
    a.atoms.tests.length + b.atoms.tests.length + unmatched(words) + unmatched(names) + unmatched(phrases) > 0
  );
}

const asserts = ({ atoms }: View): boolean =>
  atoms.concepts.includes("compare") || atoms.exceptions.includes("assertion");

/** How many words may differ on both sides: none, unless what is shared says both what failed and how. */
function oddAllowed(a: View, b: View, { titled, codes, exceptions, phrases, sharedNames }: Overlap): number {
  const telling = a.named.some(
    (link) => TELLING.has(conceptOf(link)) && b.named.some((other) => sameLink(link, other)),
  );
  if (telling) return 2;
  if (saysAll(a, b)) return 3;
  const compared = a.atoms.concepts.includes("compare") && b.atoms.concepts.includes("compare");
  if (titled > 0 && (isSentence(a) || isSentence(b) || exceptions.shared > 0 || compared)) return 2;
  const named = sharedNames.reduce((sum, name) => sum + WEIGHT.name[rarity(name)], 0);
  const ruled = sharedNames.some((name) => rarity(name) === "rule");
  return (codes.shared > 0 || ruled) && named + phrases.shared * WEIGHT.phrase >= WEIGHT.name.plain ? 2 : 0;
}

/** A test whose title is a sentence asserts one thing. */
const isSentence = (view: View): boolean => view.atoms.tests.some((title) => title.split("-").length > 2);

function exceptionWeight(a: View, b: View): number {
  const shared = a.atoms.exceptions.filter((name) => b.atoms.exceptions.includes(name));
  return shared.reduce(
    (sum, name) => sum + WEIGHT.exception[COMMON_EXCEPTIONS.has(name) ? "common" : "own"],
    0,
  );
}

const beyond = (a: View, b: View, { titled, names, concepts, phrases, files, exceptions }: Overlap): number =>
  (titled === 0 ? a.atoms.tests.length + b.atoms.tests.length : 0) * BEYOND.test +
  unmatched(names) * BEYOND.name +
  unmatched(concepts) * BEYOND.concept +
  unmatched(phrases) * BEYOND.phrase +
  unmatched(files) * BEYOND.file +
  unmatched(exceptions) * BEYOND.exception;

const saysNoMore = (a: View, b: View, { names, files, phrases, concepts, words }: Overlap): boolean =>
  [names, files, phrases, concepts, words].every((one) => unmatched(one) === 0) &&
  a.atoms.tests.length === b.atoms.tests.length;
