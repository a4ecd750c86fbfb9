/** From what a run begins with to what it executes; every problem at once. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseScript, type Script } from "../agents/simulate-script.ts";
import { answerProblems } from "../core/answers.ts";
import { type BindOptions, bindInputs } from "../graph/inputs.ts";
import type { Pipeline } from "../graph/pipeline.ts";
import { type PrepareOptions, prepare } from "../graph/prepare.ts";
import type { ReadPrompt } from "../graph/transforms/prompt-files.ts";
import { FILES } from "./folder.ts";

/** The graph, its inputs or the simulation script cannot run. */
export class InvalidRunError extends Error {
  override readonly name = "InvalidRunError";
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

/** The graph, or every error in it. `file`: where the text stands, for the errors; null where it stands in no file. */
export function readGraph(
  source: string,
  options: PrepareOptions = {},
  file: string | null = null,
): Pipeline {
  const { pipeline, diagnostics } = prepare(source, options);
  if (pipeline) return pipeline;
  throw new InvalidRunError(
    diagnostics
      .filter((d) => d.severity === "error")
      .map(
        ({ at, rule, message, fix }) =>
          `${placed(at.file ?? file)}${at.line}:${at.column} ${rule}: ${message}${fix === undefined ? "" : `; ${fix}`}`,
      ),
  );
}

const placed = (file: string | null): string => (file === null || file === "" ? "" : `${file}:`);

export function preparedPipeline(
  source: string,
  inputs: Readonly<Record<string, string>>,
  options: PrepareOptions & BindOptions = {},
): { readonly pipeline: Pipeline; readonly inputs: Readonly<Record<string, string>> } {
  const bound = bindInputs(readGraph(source, options), inputs, options);
  if (!bound.ok) throw new InvalidRunError(bound.problems);
  return bound;
}

/** What only this machine can say of inputs: whether a file is there and a secret's variable is set. */
export function inputProblems(
  { inputSpecs }: Pipeline,
  inputs: Readonly<Record<string, string>>,
  { workdir, env }: { readonly workdir: string; readonly env: Readonly<Record<string, string | undefined>> },
): string[] {
  return inputSpecs.flatMap(({ key, type }) => {
    const value = inputs[key] ?? "";
    if (type === "file" && !existsSync(join(workdir, value)))
      return [`the input ${key}: there is no file ${value} in ${workdir}`];
    if (type === "secret" && env[value] === undefined)
      return [`the input ${key}: the environment variable ${value} is not set`];
    return [];
  });
}

/** Answers that can never be taken are found before anything runs. */
export function checkAnswers(pipeline: Pipeline, answers: ReadonlyMap<string, readonly string[]>): void {
  const problems = answerProblems(pipeline, answers);
  if (problems.length > 0) throw new InvalidRunError(problems);
}

export function simulationOf(script: string | null): Script | null {
  if (script === null) return null;
  const read = parseScript(script === "" ? "{}" : script, FILES.script);
  if (!read.ok) throw new InvalidRunError(read.problems);
  return read.script;
}

/** Reads through, and keeps what was read for the run folder. */
export function recordingReader(read: ReadPrompt | undefined, kept: Record<string, string>): ReadPrompt {
  return (path) => {
    const found = read?.(path) ?? { ok: false, error: "prompt files cannot be read from here" };
    if (found.ok) kept[path] = found.text;
    return found;
  };
}

export const storedPromptReader =
  (kept: Readonly<Record<string, string>>): ReadPrompt =>
  (path) => {
    const text = Object.hasOwn(kept, path) ? kept[path] : undefined;
    return text === undefined ? { ok: false, error: "the run folder does not hold it" } : { ok: true, text };
  };
