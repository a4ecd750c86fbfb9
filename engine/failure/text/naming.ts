/** Where a plain word is a name: "script build", "the yaml module", "jq: command not found". */
import { once } from "../../once.ts";
import { KEY_MARK } from "./clean.ts";
import { isConceptWord } from "./concepts.ts";
import { isFile, isShapedName } from "./shapes.ts";
import type { Token } from "./tokens.ts";
import { type WordList, wordList } from "./word-list.ts";
import { CLOSED, GLUE, NAMELESS, NEGATIONS, stem } from "./words.ts";

const stems = (words: string): WordList => wordList(() => words.split(/\s+/).map(stem));

/** "variable config", "module yaml", "undefined rate" */
export const NAMING_NOUNS = stems(
  `variable property field function method module package script target column table relation class type symbol identifier header library
  crate fixture constraint bucket image branch role attribute flag option argument parameter executable binary plugin extension
  component interface struct trait enum macro feature namespace secret artifact section host service container pod user account rule
  hook import imports export member endpoint route database called named name keyword undefined undeclared unresolved unknown unused
  missing duplicate near word value key`,
);
/** Nouns of one row say the same kind of thing; one of another row says another. */
const KINDS = once(
  () =>
    new Map(
      [
        "table relation",
        "column field property attribute member",
        "type class interface struct trait enum",
        "value variable",
        "function method",
      ].flatMap((row) => row.split(" ").map((noun): [string, string] => [stem(noun), row.split(" ")[0]!])),
    ),
);

/** The kind of the thing that this noun introduces; "" when it could be any. */
export const kindOf = (noun: string): string => KINDS().get(noun) ?? "";

/** May stand between such a noun and the name. */
const BETWEEN = stems("called named of the a an name");

/** "the email column", "deployer role" */
const AFTER = stems(
  `variable property field function method module package script column table relation class symbol header library crate dependency
  fixture constraint bucket branch role attribute flag argument parameter executable binary plugin component interface struct trait enum
  macro namespace container pod endpoint route section stubs feature`,
);

const IS = new Set(["is", "was", "are", "isnt", "wasnt", "arent", "not", "command", "be"]);
const ABSENT = stems(
  "found installed defined declared unbound undefined missing unknown undeclared unset present absent unused used null nil required set",
);

/** Any word can be the name of one. */
const SCRIPTS = stems("script target");

const lowerAt = (tokens: readonly Token[], i: number): string => tokens[i]?.lower ?? "";

export function isNamedWord(tokens: readonly Token[], i: number): boolean {
  const token = tokens[i]!;
  const word = token.stem;
  if (endsVerdict(tokens, i)) return true;
  if (CLOSED.has(word) || isConceptWord(word)) return false;
  if (GLUE.has(word) || NAMING_NOUNS.has(word)) {
    const before = lowerAt(tokens, i - 1);
    if (before === "named" || before === "called") return true;
    if (!NAMELESS.has(word) && !NAMING_NOUNS.has(word) && introduced(tokens, i)) return true;
    if (!NAMELESS.has(word) && introduced(tokens, i) && isSubject(tokens, i)) return true;
    if (!NAMING_NOUNS.has(word) && SCRIPTS.has(tokens[i - 1]?.stem ?? "") && introduced(tokens, i))
      return true;
    return (
      (token.after === ":" || /^[A-Z]{2,}$/.test(token.text) || standsBare(tokens, i)) &&
      precedesVerdict(tokens, i)
    );
  }
  if (token.before === "(" && token.after === ")") return true;
  return followsNoun(tokens, i) || precedesVerdict(tokens, i) || precedesNoun(tokens, i);
}

/** "Module not found: user", "undefined: user", "cannot find module user": the last word of a line is what the verdict is about, however common. */
function endsVerdict(tokens: readonly Token[], i: number): boolean {
  const before = tokens[i - 1];
  const { line, after, quote } = tokens[i]!;
  if (before === undefined || before.line !== line || tokens[i + 1]?.line === line) return false;
  if (quote !== "" || (after !== "" && after !== ".")) return false;
  if (before.after === ":" || before.after === KEY_MARK) return ABSENT.has(before.stem);
  if (before.after !== " ") return false;
  const noun = NAMING_NOUNS.has(before.stem);
  const verb = tokens[noun ? i - 2 : i - 1]?.stem ?? "";
  if (noun && UNFOUND.has(verb)) return true;
  return SOUGHT.has(verb) && NEGATIONS.has(tokens[noun ? i - 3 : i - 2]?.stem ?? "");
}
const UNFOUND = stems("undefined missing unknown undeclared");
const SOUGHT = stems("resolve find locate");

/** "property items": right behind the noun, a common word is a name too. */
const introduced = (tokens: readonly Token[], i: number): boolean => {
  const before = tokens[i - 1];
  return (
    before !== undefined &&
    before.line === tokens[i]!.line &&
    before.after === " " &&
    NAMING_NOUNS.has(before.stem)
  );
};

/** "table value does not exist": a noun of kinds before it, a verb behind it. */
const isSubject = (tokens: readonly Token[], i: number): boolean =>
  KINDS().has(tokens[i - 1]!.stem) && VERBS.has(lowerAt(tokens, i + 1));
const VERBS = new Set(["is", "was", "does", "has"]);

const COPULAS = new Set(["is", "was", "isnt", "wasnt"]);
const ARTICLES = new Set(["a", "an", "the"]);
const CONJUNCTIONS = new Set("because since as that and but so if when where".split(" "));

/** What nothing but a name can be: "User is not defined". */
const DEFINED = stems("defined declared");

/** "user is null" without an article: a name, however common the word. */
function standsBare(tokens: readonly Token[], i: number): boolean {
  const before = tokens[i - 1];
  if (tokens[i]!.after === "," && lowerAt(tokens, i + 1) === "which")
    return !ARTICLES.has(before?.lower ?? "");
  if (!COPULAS.has(lowerAt(tokens, i + 1))) return false;
  if (before === undefined || before.line !== tokens[i]!.line)
    return tokens[i]!.plain || (lowerAt(tokens, i + 2) === "not" && DEFINED.has(tokens[i + 3]?.stem ?? ""));
  return (
    before.after === ":" || before.after === ";" || before.after === "," || CONJUNCTIONS.has(before.lower)
  );
}

/** "missing deliverable docs/plan.md", "undefined method `total`": the word says what kind of thing the next one is. */
function saysKind(tokens: readonly Token[], i: number): boolean {
  const next = tokens[i + 1];
  if (next === undefined || next.line !== tokens[i]!.line || next.before === "(" || next.before === "[")
    return false;
  if (tokens[i]!.after !== " " && tokens[i]!.after !== ":") return false;
  return next.quote !== "" || (!next.plain && (isFile(next.text) || isShapedName(next.text)));
}

function followsNoun(tokens: readonly Token[], i: number): boolean {
  if (tokens[i]!.before === "(" || tokens[i]!.before === "[" || saysKind(tokens, i)) return false;
  for (let j = i - 1; j >= 0 && j >= i - 2; j--) {
    const before = tokens[j]!;
    if (
      before.line !== tokens[i]!.line ||
      before.after === "," ||
      before.after === ";" ||
      before.after === "("
    )
      return false;
    if (NAMING_NOUNS.has(before.stem)) return true;
    if (!BETWEEN.has(before.stem)) return false;
  }
  return false;
}

/** "jq: command not found", "jq is not installed", "VERSION: unbound variable", "jq, which is missing" */
function precedesVerdict(tokens: readonly Token[], i: number): boolean {
  const token = tokens[i]!;
  let j = i + 1;
  if (token.after === "," && lowerAt(tokens, j) === "which") j++;
  if (token.after !== ":" && !IS.has(lowerAt(tokens, j))) return false;
  const start = j;
  while (j < start + 3 && IS.has(lowerAt(tokens, j))) j++;
  return ABSENT.has(tokens[j]?.stem ?? "") && (token.after === ":" || j > start);
}

/** "the email column", unless the noun has a name of its own: "the template parameter VpcId". */
function precedesNoun(tokens: readonly Token[], i: number): boolean {
  const noun = tokens[i + 1];
  if (noun === undefined || tokens[i]!.after !== " " || noun.before !== " " || !AFTER.has(noun.stem))
    return false;
  const next = tokens[i + 2];
  return (
    next === undefined || next.line !== noun.line || noun.after !== " " || (next.plain && next.quote === "")
  );
}
