/** A run's inputs: checked before anything runs, and put into goal, prompts, questions and labels as `$input.<key>`. */
import { type InputSpec, inputProblem } from "./input-specs.ts";
import { nearestWord } from "./nearest.ts";
import type { Pipeline } from "./pipeline.ts";

export type BoundInputs =
  | {
      readonly ok: true;
      readonly pipeline: Pipeline;
      /** With the defaults of those that were not given. */
      readonly inputs: Readonly<Record<string, string>>;
    }
  | {
      readonly ok: false;
      readonly missing: readonly string[];
      /** The first. */
      readonly error: string;
      readonly fix: string;
      /** All of them, each with its fix. */
      readonly problems: readonly string[];
    };

export interface BindOptions {
  /** Keys that the graph does not know are let through: of a manager's child, and of a run that goes on. */
  readonly others?: boolean;
}

const INPUT = /\$input\.([A-Za-z_][A-Za-z0-9_]*)/g;

/** The keys that a text asks for, in order, with repeats. */
export function inputKeys(text: string): string[] {
  return text.includes("$input.") ? [...text.matchAll(INPUT)].map((match) => match[1]!) : [];
}

export function bindInputs(
  pipeline: Pipeline,
  given: Readonly<Record<string, string>>,
  { others = false }: BindOptions = {},
): BoundInputs {
  const specs = new Map(pipeline.inputSpecs.map((spec) => [spec.key, spec]));
  const values = new Map(Object.entries(given));
  for (const spec of pipeline.inputSpecs)
    if (!values.has(spec.key) && spec.default !== null) values.set(spec.key, spec.default);
  const wanted = new Set([...specs.keys(), ...usedInputs(pipeline)]);
  const missing = [...wanted].filter((key) => !values.has(key));
  const wrong = [
    ...(missing.length === 0 ? [] : [notGiven(pipeline, missing)]),
    ...(others ? [] : unknownInputs(pipeline, [...values.keys()], wanted)),
    ...unfit(specs, values),
  ];
  const [first] = wrong;
  if (first !== undefined)
    return { ok: false, missing, ...first, problems: wrong.map(({ error, fix }) => `${error}; ${fix}`) };
  return { ok: true, pipeline: bound(pipeline, values, specs), inputs: Object.fromEntries(values) };
}

const notGiven = ({ name }: Pipeline, missing: readonly string[]): Wrong => ({
  error: `${name} needs the input${missing.length > 1 ? "s" : ""} ${missing.join(", ")}`,
  fix: `give ${missing.map((key) => `--input ${key}=…`).join(" ")}`,
});

interface Wrong {
  readonly error: string;
  readonly fix: string;
}

function unknownInputs(pipeline: Pipeline, given: readonly string[], wanted: ReadonlySet<string>): Wrong[] {
  const { name } = pipeline;
  const known = wanted.size === 0 ? "it has none" : `it has ${[...wanted].join(", ")}`;
  return given
    .filter((one) => !wanted.has(one) && !isRead(pipeline, one))
    .map((key) => {
      const near = nearestWord(key, wanted);
      const error = `${name} has no input ${key}${near === null ? "" : `; did you mean ${near}?`}`;
      return { error, fix: near === null ? `leave it out; ${known}` : `give --input ${near}=…` };
    });
}

/** By a command, from its environment, or by a condition: nobody declared it, and yet it is no slip. */
function isRead({ stages, out }: Pipeline, key: string): boolean {
  const variable = `_INPUT_${key.toUpperCase()}`;
  const inCommand = [...stages.values()].some(({ toolCommand }) => toolCommand?.includes(variable));
  const routes = [...out.values()].flat();
  return inCommand || routes.some(({ conditionText }) => conditionText.includes(`input.${key}`));
}

function unfit(specs: ReadonlyMap<string, InputSpec>, values: ReadonlyMap<string, string>): Wrong[] {
  return [...specs.values()].flatMap((spec) => {
    const value = values.get(spec.key);
    const problem = value === undefined ? null : inputProblem(spec, value);
    if (value === undefined || problem === null) return [];
    // What was meant for a secret may be one.
    const shown = spec.type === "secret" ? "its value" : JSON.stringify(value.slice(0, 100));
    const fix =
      spec.type === "secret" ? `give --input ${spec.key}=NAME_OF_THE_VARIABLE` : `give --input ${spec.key}=…`;
    return [{ error: `the input ${spec.key}: ${shown} ${problem}`, fix }];
  });
}

function bound(
  pipeline: Pipeline,
  values: ReadonlyMap<string, string>,
  specs: ReadonlyMap<string, InputSpec>,
): Pipeline {
  const bind = (text: string) =>
    text.replace(INPUT, (whole, key: string) =>
      specs.get(key)?.type === "secret" ? whole : (values.get(key) ?? whole),
    );
  const stages = new Map(
    [...pipeline.stages].map(([id, stage]) => [
      id,
      { ...stage, prompt: bind(stage.prompt), label: bind(stage.label) },
    ]),
  );
  const goal = bind(pipeline.goal);
  const attrs = pipeline.goal === "" ? pipeline.attrs : new Map([...pipeline.attrs, ["goal", goal]]);
  return { ...pipeline, goal, attrs, stages };
}

function usedInputs(pipeline: Pipeline): string[] {
  const texts = [...pipeline.stages.values()].flatMap((stage) => [stage.prompt, stage.label]);
  return [pipeline.goal, ...texts].flatMap(inputKeys);
}
