/** Folded synonyms: what kind of thing went wrong, whatever the words, and where in the text it is said. */
import { once } from "../../once.ts";
import { stem } from "./words.ts";

export type Concept = string;

export interface Hit {
  readonly concept: Concept;
  readonly at: number;
  /** Where the thing it is said of stands: "X does not exist", "missing X". */
  readonly side: "before" | "after" | "nearest";
}

type Entry = readonly [Concept, Hit["side"]];
/** Of one word, of two side by side, and of a word that is denied. */
type Kind = "single" | "pairs" | "negated";

const WORDS: readonly (readonly [Kind, Hit["side"], Readonly<Record<string, string>>])[] = [
  [
    "single",
    "after",
    {
      absent: `missing undefined undeclared unresolved unknown lack lacks unresolvable unrecognized unrecognised modulenotfounderror enoent enotfound
    unimplemented`,
      unused: "unused",
      mismatch: "mismatched mismatch",
      duplicate: "duplicate duplicated redeclared redefined redefinition redeclaration",
      syntax: "syntax syntaxerror unparsable unparseable parsing",
      format: "reformat",
      surplus: "extra superfluous unexpected",
    },
  ],
  [
    "single",
    "before",
    {
      absent: "absent nonexistent uninstalled filenotfounderror",
      mismatch: "incompatible",
      duplicate: "eexist",
      forbidden: "forbidden denied unauthorized unauthorised eacces eperm accessdenied",
      timeout: "timeout etimedout hang hangs hung",
      refused: "refused econnrefused unreachable econnreset",
      crash: "panic panicked crash crashed segfault segmentation aborted sigsegv sigabrt",
      compare: "assertionerror assertionfailederror assertion received tobe toequal assert",
      format: "reformatted unformatted formatted formatting",
      full: "enospc",
      race: "race",
      overflow: "overflow",
      nil: "nil nullpointer nullpointerexception dereference",
      busy: "eaddrinuse",
      stale: "outdated stale",
      unbound: "unbound",
      limit: "exceeded exceeds limit threshold large larger",
      empty: "empty blank",
      auth: "authentication authenticate unauthenticated credential password",
    },
  ],
  [
    "pairs",
    "nearest",
    {
      absent: "no+such",
    },
  ],
  [
    "single",
    "nearest",
    {
      conflict: "conflict",
    },
  ],
  [
    "pairs",
    "after",
    {
      absent: `cannot+find no+matching has+no no+definition no+module no+file no+package no+property no+target no+rule no+script no+entry is+no
    no+field no+method no+member no+section not+find not+resolve not+locate not+read cannot+read no+type cannot+resolve`,
      mismatch: "type+error wrong+type",
      surplus: "too+many",
      refused: "cannot+connect cannot+reach",
    },
  ],
  [
    "pairs",
    "before",
    {
      absent: "not+found not+exist not+installed not+defined not+declared",
      unused: "never+used not+used without+using never+read",
      mismatch: "not+assignable cannot+use types+differ",
      duplicate: "already+exists already+defined already+declared exists+already",
      forbidden: "not+authorized not+allowed may+not not+permitted access+denied permission+denied",
      timeout: "timed+out time+out",
      refused: "connection+refused not+reachable",
      compare: "but+got but+was got+want",
      full: "no+space disk+full",
      busy: "already+allocated in+use already+locked",
      format: "not+formatted",
      stale: "of+sync of+date not+sync",
      nil: "is+null",
      many: "match+# than+once than+one",
      empty: "no+content contain+nothing zero+byte",
    },
  ],
  [
    "negated",
    "before",
    {
      absent:
        "found exist defined declared located present installed known created produced contain written generated implemented there scope",
      forbidden: "allowed authorized permitted",
      mismatch: "assignable compatible",
      refused: "reachable",
      uncallable: "function callable iterable constructor",
    },
  ],
  [
    "negated",
    "after",
    {
      absent:
        "find resolve locate define declare contain mention described documented read provide export supply write",
      refused: "connect reach",
      unrun: "execute executed spawn spawned launch launched",
    },
  ],
];

const tables = once(() => {
  const made = {
    single: new Map<string, Entry>(),
    pairs: new Map<string, Entry>(),
    negated: new Map<string, Entry>(),
  };
  for (const [kind, side, entries] of WORDS)
    for (const [concept, words] of Object.entries(entries))
      for (const word of words.split(/\s+/))
        made[kind].set(word.split("+").map(stem).join("+"), [concept, side]);
  return made;
});

const NEGATORS = new Set(["not", "no", "never", "without", "cannot", "neither", "nor"].map(stem));
/** "fails to find", "unable to find" */
const FAILS_TO = new Set(["fail", "failed", "unable", "failure"].map(stem));
const REACH = 4;
const WANTED = new Set(["expect", "want", "wanted"].map(stem));
const GOT = new Set(
  ["got", "actual", "actually", "received", "instead", "but", "was", "returned", "gets"].map(stem),
);
const IS = new Set(["is", "was", "are", "be"]);

const ARTICLES = new Set(["the", "this", "any", "our", "path"]);
/** Stands for a file or a name among the stems. */
export const THING = "·";

/** Reads one stem a token; "" stands where a clause ends. */
export function conceptsIn(stems: readonly string[]): Hit[] {
  const { single, pairs, negated } = tables();
  const hits: Hit[] = [];
  let lastNegation = -REACH - 1;
  let wanted = -1;
  let got = -1;
  for (let i = 0; i < stems.length; i++) {
    const word = stems[i]!;
    if (word === THING) {
      if (isDenied(stems, i)) hits.push({ concept: "absent", at: i - 1, side: "after" });
      continue;
    }
    if (word === "") {
      lastNegation = -REACH - 1;
      continue;
    }
    const previous = i > 0 ? stems[i - 1]! : "";
    const alone = single.get(word);
    // "x is missing" is said of x, "x is missing the y" of y.
    if (alone !== undefined) {
      const closes =
        IS.has(previous) && stems[i + 1] !== "the" && stems[i + 1] !== "a" && stems[i + 1] !== "an";
      hits.push({ concept: alone[0], at: i, side: closes ? "before" : alone[1] });
    }
    // "has no content" says that it is empty, not that it has none.
    const pair = pairs.has(`${word}+${stems[i + 1]}`) ? undefined : pairs.get(`${previous}+${word}`);
    const denied = i - lastNegation <= REACH ? negated.get(word) : undefined;
    const entry = pair ?? denied;
    if (entry !== undefined) {
      // "no tests were written": what is missing follows the "no".
      const byNo = pair === undefined && stems[lastNegation] === "no";
      hits.push(
        byNo
          ? { concept: entry[0], at: lastNegation, side: "after" }
          : { concept: entry[0], at: i, side: entry[1] },
      );
    }
    if (previous === "in" && stems[i - 2] === "not" && ARTICLES.has(word) && stems[i + 1] !== "allow")
      hits.push({ concept: "absent", at: i, side: "before" });
    if (word === "no" && previous === "" && stems[i + 1] !== "such")
      hits.push({ concept: "absent", at: i, side: "after" });
    // "expected x to be called": an assertion, whatever came instead.
    if (word === "to" && wanted !== -1 && i > wanted + 1 && i - wanted <= REACH) got = i;
    if (WANTED.has(word)) wanted = i;
    else if (GOT.has(word)) got = i;
    if (NEGATORS.has(word) || (word === "to" && FAILS_TO.has(previous))) lastNegation = i;
  }
  if (wanted !== -1 && got !== -1)
    hits.push({ concept: "compare", at: Math.max(wanted, got), side: "before" });
  return hits;
}

/** "no src/lib.rs", "no fixture called db" */
function isDenied(stems: readonly string[], thing: number): boolean {
  let i = thing - 1;
  while (i > thing - 3 && KINDS_OF_THINGS.has(stems[i] ?? "")) i--;
  return stems[i] === "no";
}
const KINDS_OF_THINGS = new Set(
  "file module script fixture target rule package called named field method function variable column table type symbol member section test"
    .split(" ")
    .map(stem),
);

/** "missing": what it is said of comes next, be it the word or a JSON key. */
export const opensConcept = (word: string): boolean => tables().single.get(word)?.[1] === "after";

/** Words that only carry a concept; they name nothing of their own. */
export const isConceptWord = (word: string): boolean => {
  const { single, negated } = tables();
  return single.has(word) || negated.has(word);
};
