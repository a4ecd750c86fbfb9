/** A run's inputs: `$input.<key>` in the goal, prompts, questions and labels, replaced when the run starts. */
import type { Pipeline } from "./pipeline.ts";

export type BoundInputs =
  | { readonly ok: true; readonly pipeline: Pipeline }
  | { readonly ok: false; readonly missing: readonly string[]; readonly error: string; readonly fix: string };

const INPUT = /\$input\.([A-Za-z_][A-Za-z0-9_]*)/g;

/** The keys that a text asks for, in order, with repeats. */
export function inputKeys(text: string): string[] {
  return text.includes("$input.") ? [...text.matchAll(INPUT)].map((match) => match[1]!) : [];
}

export function bindInputs(pipeline: Pipeline, inputs: Readonly<Record<string, string>>): BoundInputs {
  const values = new Map(Object.entries(inputs));
  const missing = [...new Set([...pipeline.inputs, ...usedInputs(pipeline)])].filter(
    (key) => !values.has(key),
  );
  if (missing.length > 0) {
    return {
      ok: false,
      missing,
      error: `${pipeline.name} needs the input${missing.length > 1 ? "s" : ""} ${missing.join(", ")}`,
      fix: `give ${missing.map((key) => `--input ${key}=…`).join(" ")}`,
    };
  }
  const bind = (text: string) => text.replace(INPUT, (whole, key: string) => values.get(key) ?? whole);
  const stages = new Map(
    [...pipeline.stages].map(([id, stage]) => [
      id,
      { ...stage, prompt: bind(stage.prompt), label: bind(stage.label) },
    ]),
  );
  const goal = bind(pipeline.goal);
  const attrs = pipeline.goal === "" ? pipeline.attrs : new Map([...pipeline.attrs, ["goal", goal]]);
  return { ok: true, pipeline: { ...pipeline, goal, attrs, stages } };
}

function usedInputs(pipeline: Pipeline): string[] {
  const texts = [...pipeline.stages.values()].flatMap((stage) => [stage.prompt, stage.label]);
  return [pipeline.goal, ...texts].flatMap(inputKeys);
}
