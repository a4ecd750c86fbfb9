/** What is said of what: "X does not exist" is `absent` said of X. */
import { conceptsIn, type Hit, THING } from "./concepts.ts";
import type { Token } from "./tokens.ts";

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
  return conceptsIn(stems).map((hit) => ({
    concept: hit.concept,
    thing: nearest(words, tokens, { ...hit, at: places[hit.at]! }),
  }));
}

/** The thing that a concept is said of: on its side if any is near, else on the other. */
function nearest(words: readonly Word[], tokens: readonly Token[], hit: Hit): string {
  return hit.side === "before"
    ? thingBefore(words, tokens, hit.at) || thingAfter(words, tokens, hit.at)
    : thingAfter(words, tokens, hit.at) || thingBefore(words, tokens, hit.at);
}

function thingBefore(words: readonly Word[], tokens: readonly Token[], at: number): string {
  for (let i = at; i >= 0 && i >= at - FARTHEST; i--) {
    if (i < at && endsClause(tokens, i)) return "";
    if (words[i]!.thing !== "" && !dependsOnEarlier(words, tokens, i)) return words[i]!.thing;
  }
  return "";
}

function thingAfter(words: readonly Word[], tokens: readonly Token[], at: number): string {
  for (let i = at + 1; i < words.length && i <= at + FARTHEST; i++) {
    if (tokens[i]!.line !== tokens[i - 1]!.line) return "";
    if (words[i]!.thing !== "") return words[i]!.thing;
    if (endsClause(tokens, i)) return "";
  }
  return "";
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
