/** What is said of what: "X does not exist" is `absent` said of X. */
import { conceptsIn, type Hit, THING } from "./concepts.ts";
import type { Token } from "./tokens.ts";
import { CLOSED } from "./words.ts";

/** What one token gives to the reading of its sentence. */
export interface Word {
  /** What concepts are read from. */
  readonly stem: string;
  /** The file or name that a concept can be said of. */
  readonly thing: string;
}

export interface Stated {
  readonly concept: string;
  /** "" when it is said of nothing in particular. */
  readonly thing: string;
}

const FARTHEST = 6;

export function statements(tokens: readonly Token[], words: readonly Word[]): Stated[] {
  const stems: string[] = [];
  const places: number[] = [];
  words.forEach((word, i) => {
    stems.push(word.thing !== "" && word.stem === "" ? THING : word.stem || " ");
    places.push(i);
    const { after, line } = tokens[i]!;
    if (after !== "." && after !== ";" && tokens[i + 1]?.line === line) return;
    stems.push("");
    places.push(i);
  });
  return conceptsIn(stems).map((hit) => {
    const placed = { ...hit, at: places[hit.at]! };
    const missed = placed.side === "after" ? missedObject : missedSubject;
    const object = hit.concept === "absent" ? missed(words, tokens, placed.at) : "";
    return { concept: hit.concept, thing: object || nearest(words, tokens, placed) };
  });
}

/** Marks a thing that only its sentence names. */
export const MISSED = "~";
const LONGEST_OBJECT = 3;
const ARTICLES = new Set(["a", "an", "the", "any"]);

/** "has no tests", "lacks an authentication check": what is missed, in plain words, where no name follows. */
function missedObject(words: readonly Word[], tokens: readonly Token[], at: number): string {
  if (thingAfter(words, tokens, at) !== NOWHERE || endsClause(tokens, at)) return "";
  const object: string[] = [];
  for (let i = at + 1; i < tokens.length && object.length < LONGEST_OBJECT; i++) {
    const token = tokens[i]!;
    if (object.length === 0 && ARTICLES.has(token.lower)) continue;
    if (!token.plain || CLOSED.has(token.stem)) break;
    object.push(token.stem);
    if (endsClause(tokens, i)) break;
  }
  return object.length === 0 ? "" : `${MISSED}${object.join("-")}`;
}

/** "create docs/a.md, but the file is absent" */
const PRONOUNS = new Set(["file", "it", "which", "that"]);
function earlierThing(words: readonly Word[], tokens: readonly Token[], at: number): string {
  for (let i = at; i >= 0 && tokens[i]!.line === tokens[at]!.line; i--)
    if (words[i]!.thing !== "") return words[i]!.thing;
  return "";
}

const COPULAS = new Set(["is", "are", "was", "were"]);

/** "tests are missing for the route": what is missed, in plain words, where no name stands before. */
function missedSubject(words: readonly Word[], tokens: readonly Token[], at: number): string {
  if (thingBefore(words, tokens, at) !== NOWHERE) return "";
  let i = at - 1;
  while (i > at - 3 && i > 0 && tokens[i]!.stem === "not") i--;
  if (i < 1 || !COPULAS.has(tokens[i]!.lower)) return "";
  if (PRONOUNS.has(tokens[i - 1]!.lower)) return earlierThing(words, tokens, i - 1);
  const { plain, stem, line } = tokens[i - 1]!;
  return plain && line === tokens[at]!.line && !CLOSED.has(stem) ? `${MISSED}${stem}` : "";
}

/** The thing that a concept is said of: on its side if any is near, else on the other. */
function nearest(words: readonly Word[], tokens: readonly Token[], hit: Hit): string {
  const before = thingBefore(words, tokens, hit.at);
  const after = thingAfter(words, tokens, hit.at);
  const first =
    hit.side === "before" || (hit.side === "nearest" && hit.at - before < after - hit.at) ? before : after;
  const found = first === NOWHERE ? (first === before ? after : before) : first;
  return words[found]?.thing ?? "";
}

const NOWHERE = -100;

function thingBefore(words: readonly Word[], tokens: readonly Token[], at: number): number {
  for (let i = at; i >= 0 && i >= at - FARTHEST; i--) {
    if (i < at && endsClause(tokens, i)) return NOWHERE;
    if (words[i]!.thing !== "" && !dependsOnEarlier(words, tokens, i)) return i;
  }
  return NOWHERE;
}

function thingAfter(words: readonly Word[], tokens: readonly Token[], at: number): number {
  for (let i = at + 1; i < words.length && i <= at + FARTHEST; i++) {
    if (tokens[i]!.line !== tokens[i - 1]!.line) return NOWHERE;
    if (words[i]!.thing !== "") return i;
    if (endsClause(tokens, i)) return NOWHERE;
  }
  return NOWHERE;
}

const endsClause = (tokens: readonly Token[], i: number): boolean => {
  const { after, line } = tokens[i]!;
  return after === "." || after === "," || after === ";" || tokens[i + 1]?.line !== line;
};

const JOINTS = new Set(["of", "in", "on", "from"]);

/** In "column x of table y" it is said of x. */
function dependsOnEarlier(words: readonly Word[], tokens: readonly Token[], i: number): boolean {
  const joint = [i - 1, i - 2].find((j) => j > 0 && JOINTS.has(tokens[j]!.lower));
  return joint !== undefined && words[joint - 1]!.thing !== "" && !endsClause(tokens, joint - 1);
}
