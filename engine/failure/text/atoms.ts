/** A reason as atoms: what it names, by kind. Two reasons are compared by these alone. */
import { isAssertion } from "./assertions.ts";
import { crumbOf, headings, titleKey } from "./breadcrumbs.ts";
import { KEY_MARK } from "./clean.ts";
import { opensConcept } from "./concepts.ts";
import { expressionKey, pieces } from "./keys.ts";
import { type Add, type Atoms, KINDS, type Kind } from "./kinds.ts";
import { limitsIn } from "./limits.ts";
import { tellingLines } from "./lines.ts";
import { statements, type Word } from "./links.ts";
import { readToken } from "./read-token.ts";
import { isFile } from "./shapes.ts";
import { isTitle, MOST_PHRASES } from "./titles.ts";
import { type Phrase, scan, type Token } from "./tokens.ts";
import { TOOLS } from "./tools.ts";
import { CLOSED } from "./words.ts";

const KEY: Word = { stem: "", thing: "" };

export function atomsOf(cleaned: string): Atoms {
  const lines = tellingLines(cleaned);
  const { tokens, phrases } = scan(lines.join("\n"));
  const crumbs = lines.map(crumbOf);
  const found = new Map<Kind, Set<string>>();
  const add: Add = (kind, key) => {
    if (key === "") return;
    const keys = found.get(kind);
    if (keys === undefined) found.set(kind, new Set([key]));
    else if (keys.size < KINDS[kind]) keys.add(key);
  };

  for (const code of limitsIn(tokens)) add("codes", code);
  for (const title of [...headings(lines), ...crumbs.map((crumb) => crumb?.title ?? "")]) {
    add("tests", titleKey(title));
    if (!title.includes(" ")) add("spelled", title);
  }
  const titled = new Set<number>();
  for (const phrase of phrases.slice(0, MOST_PHRASES)) {
    const kind = readPhrase(phrase, tokens, lines, add);
    if (kind === "tests") for (let i = phrase.from; i < phrase.to; i++) titled.add(i);
  }
  const words = tokens.map((token, i) => {
    if (token.after === KEY_MARK) return readKey(token);
    const crumb = crumbs[token.line] ?? null;
    const inTitle = titled.has(i) || (crumb !== null && token.at >= crumb.from && token.at < crumb.to);
    return readToken(tokens, i, inTitle, add);
  });
  for (const { concept, thing } of statements(tokens, words)) {
    // A file can fail by being empty; a list or a heading is only seen to be.
    if (concept === "empty" && !isFile(thing)) continue;
    add("concepts", concept);
    // A full disk is one failure, whoever runs into it.
    if (concept === "full") add("codes", "enospc");
    if (thing !== "") add("links", `${concept} ${thing}`);
  }
  const kept = (kind: Kind): string[] => [...(found.get(kind) ?? [])];
  return Object.fromEntries(
    (Object.keys(KINDS) as Kind[]).map((kind) => [kind, kept(kind)]),
  ) as unknown as Atoms;
}

/** `missing`, `missing_files`: a key that says what is wrong with its value. */
function readKey(token: Token): Word {
  const opening = pieces(token)[0] ?? "";
  return opensConcept(opening) ? { ...KEY, stem: opening } : KEY;
}

/** Quoted text of several words: an expression, a test's title where tests are spoken of, or a phrase of its own. */
function readPhrase(
  phrase: Phrase,
  tokens: readonly Token[],
  lines: readonly string[],
  add: Add,
): Kind | null {
  const inside = tokens.slice(phrase.from, phrase.to);
  if (inside.slice(0, 3).some((token) => TOOLS.has(token.lower)) || crumbOf(phrase.text) !== null)
    return null;
  if (isAssertion(phrase.text)) return null;
  const expression = expressionKey(phrase.text);
  if (expression !== "") {
    add("names", expression);
    return "names";
  }
  if (inside.filter((token) => /[a-z]/.test(token.lower) && !CLOSED.has(token.stem)).length < 2) return null;
  const kind = isTitle(phrase, lines[inside[0]!.line]!) ? "tests" : "phrases";
  add(kind, titleKey(phrase.text));
  return kind;
}
