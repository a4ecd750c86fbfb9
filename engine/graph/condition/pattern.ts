/** Patterns of `matches`: a set of regular expressions without back-references and look-around, run in linear time. */
import { TextError } from "../text-error.ts";
import type { CharSet } from "./characters-of.ts";
import { readPattern } from "./pattern-read.ts";
import type { Tree } from "./pattern-tree.ts";

/** One place of the machine: take a character, go on at two places, or check where in the text it stands. */
export type PatternStep =
  | { readonly is: "take"; readonly set: CharSet }
  | { readonly is: "split"; readonly first: number; readonly second: number }
  | { readonly is: "jump"; readonly to: number }
  | { readonly is: "begin" | "end" | "found" };

export interface Pattern {
  readonly steps: readonly PatternStep[];
  readonly ignoreCase: boolean;
}

const MOST_STEPS = 1_000;
const MOST_CHARACTERS = 2_000;

/** Throws a TextError when the text is no pattern of this kind. */
export function compilePattern(text: string): Pattern {
  if (text.length > MOST_CHARACTERS)
    throw new TextError(`longer than ${MOST_CHARACTERS} characters`, 0, "write a shorter one");
  const ignoreCase = text.startsWith("(?i)");
  const steps: PatternStep[] = [];
  emit(steps, readPattern(text, ignoreCase ? "(?i)".length : 0));
  steps.push({ is: "found" });
  return { steps, ignoreCase };
}

function emit(steps: PatternStep[], tree: Tree): void {
  if (steps.length > MOST_STEPS)
    throw new TextError(`more than ${MOST_STEPS} places`, 0, "repeat fewer times, or write a shorter one");
  switch (tree.is) {
    case "set":
      steps.push({ is: "take", set: tree.set });
      return;
    case "sequence":
      for (const part of tree.of) emit(steps, part);
      return;
    case "choice":
      emitChoice(steps, tree.of);
      return;
    case "repeat":
      emitRepeat(steps, tree);
      return;
    default:
      steps.push({ is: tree.is });
  }
}

function emitChoice(steps: PatternStep[], ways: readonly Tree[]): void {
  const exits: number[] = [];
  ways.forEach((way, index) => {
    const last = index === ways.length - 1;
    const split = last ? -1 : steps.push({ is: "found" }) - 1;
    emit(steps, way);
    if (last) return;
    exits.push(steps.push({ is: "found" }) - 1);
    steps[split] = { is: "split", first: split + 1, second: steps.length };
  });
  for (const exit of exits) steps[exit] = { is: "jump", to: steps.length };
}

function emitRepeat(steps: PatternStep[], { of, min, max }: Extract<Tree, { is: "repeat" }>): void {
  for (let i = 0; i < min; i++) {
    const before = steps.length;
    emit(steps, of);
    // What takes nothing takes nothing however often: nested, it would be repeated without end.
    if (steps.length === before) return;
  }
  if (max === Number.POSITIVE_INFINITY) {
    const split = steps.push({ is: "found" }) - 1;
    emit(steps, of);
    steps.push({ is: "jump", to: split });
    steps[split] = { is: "split", first: split + 1, second: steps.length };
    return;
  }
  const splits: number[] = [];
  for (let i = min; i < max; i++) {
    splits.push(steps.push({ is: "found" }) - 1);
    emit(steps, of);
  }
  for (const split of splits) steps[split] = { is: "split", first: split + 1, second: steps.length };
}

/** Whether some part of the text fits. All places are followed at once: time grows with text × pattern, never more. */
export function patternMatches({ steps, ignoreCase }: Pattern, value: string): boolean {
  const text = ignoreCase ? value.toLowerCase() : value;
  const seen = new Int32Array(steps.length).fill(-1);
  let here: number[] = [];
  for (let at = 0; ; ) {
    const open = [...here, 0];
    const takes: number[] = [];
    while (open.length > 0) {
      const place = open.pop()!;
      if (seen[place] === at) continue;
      seen[place] = at;
      const step = steps[place]!;
      if (step.is === "found") return true;
      if (step.is === "take") takes.push(place);
      else if (step.is === "split") open.push(step.second, step.first);
      else if (step.is === "jump") open.push(step.to);
      else if (step.is === "begin" ? at === 0 : at === text.length) open.push(place + 1);
    }
    if (at >= text.length) return false;
    const code = text.codePointAt(at)!;
    here = takes.filter((place) => (steps[place] as { set: CharSet }).set(code)).map((place) => place + 1);
    at += code > 0xffff ? 2 : 1;
  }
}
