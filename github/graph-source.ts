/** The graph that a run began with: from its pinned commit, its digest checked in every hop. */

import { posix } from "node:path";
import { defaultConfig } from "../engine/config/defaults.ts";
import type { Config } from "../engine/config/schema.ts";
import { startedBudget } from "../engine/config/started-budget.ts";
import type { EventOf } from "../engine/core/events.ts";
import { digestOf } from "../engine/digest.ts";
import { FixableError } from "../engine/fixable-error.ts";
import { bindInputs } from "../engine/graph/inputs.ts";
import type { Pipeline } from "../engine/graph/pipeline.ts";
import { prepare } from "../engine/graph/prepare.ts";
import { ENGINE_VERSION, majorOf, otherMajor } from "../engine/version.ts";
import type { ReadPinned } from "./api/contents.ts";
import { limitConcurrency } from "./concurrency-limit.ts";

/** Raised when what a run was promised is not what is there. */
export class SourceError extends FixableError {
  override readonly name = "SourceError";
}

async function readGraph(path: string, read: ReadPinned): Promise<string> {
  const text = await read(path);
  if (text === null)
    throw new SourceError(
      `there is no graph ${path} on the base ref`,
      "name a .dot file that is committed there",
    );
  return text;
}

async function pipelineFrom(
  source: string,
  path: string,
  inputs: Readonly<Record<string, string>>,
  read: ReadPinned,
  others: boolean,
) {
  const prompts = await promptFiles(source, path, read);
  const { pipeline, diagnostics } = preparedOnce(source, prompts);
  if (!pipeline) {
    const errors = diagnostics.filter((each) => each.severity === "error");
    throw new SourceError(
      errors
        .map(
          (each) => `${each.at.file ?? path}:${each.at.line}:${each.at.column} ${each.rule}: ${each.message}`,
        )
        .join("\n"),
      "fix the graph on the base ref; `attractor validate` shows the same",
    );
  }
  const bound = bindInputs(pipeline, inputs, { others });
  if (!bound.ok) throw new SourceError(bound.error, bound.fix);
  return bound;
}

type Prompts = ReadonlyMap<string, { ok: true; text: string } | { ok: false; error: string }>;

let last: { readonly of: string; readonly prepared: ReturnType<typeof prepare> } | null = null;

/** A job prepares its graph when it begins the run, when it reads its claim back and when it looks again: the same each time. */
function preparedOnce(source: string, prompts: Prompts): ReturnType<typeof prepare> {
  const of = JSON.stringify([source, [...prompts]]);
  if (last?.of !== of) {
    const readPrompt = (name: string) =>
      prompts.get(name) ?? { ok: false as const, error: "it is not in the repository" };
    last = { of, prepared: prepare(source, { readPrompt }) };
  }
  return last.prepared;
}

/** So many prompt files and sub-graphs a graph may name; each costs one call, or two. */
const MOST_FILES = 100;
const READ_AT_ONCE = 8;
/** Sub-graphs inside each other are heard of one after another. */
const MOST_ROUNDS = 12;

/**
 * The graph is read to hear which files its stages name, because a pinned commit is read asynchronously; and again with
 * them, as long as a sub-graph names others.
 */
async function promptFiles(source: string, path: string, read: ReadPinned): Promise<Prompts> {
  const folder = posix.dirname(path);
  const found = new Map<string, Read>();
  const bounded = limitConcurrency(READ_AT_ONCE);
  const merges = source.includes("dot_file");
  if (!merges && !source.includes("prompt_file")) return found;
  for (let round = 0; round < (merges ? MOST_ROUNDS : 1); round++) {
    const names = new Set<string>();
    const hear = (name: string): Read => {
      const known = found.get(name);
      if (known === undefined) names.add(name);
      return known ?? MISSING;
    };
    prepare(source, { readPrompt: hear });
    if (names.size === 0) break;
    const all = found.size + names.size;
    if (all > MOST_FILES)
      throw new SourceError(
        `${path} names ${all} prompt files; a graph that runs on GitHub names ${MOST_FILES} at most`,
        "put prompts into the graph, or share files between stages",
      );
    const texts = [...names].map((name) =>
      bounded(async () => [name, await promptFile(name, folder, read)] as const),
    );
    for (const [name, text] of await Promise.all(texts)) found.set(name, text);
  }
  return found;
}

type Read = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly error: string };
const MISSING: Read = { ok: false, error: "it is not in the repository" };

async function promptFile(name: string, folder: string, read: ReadPinned): Promise<Read> {
  const beside = posix.normalize(posix.join(folder, name));
  if (beside.startsWith("..")) return MISSING;
  const plain = posix.normalize(name);
  const text = (await read(beside)) ?? (plain.startsWith("..") ? null : await read(plain));
  return text === null ? MISSING : { ok: true, text };
}

type Started = Pick<EventOf<"run_started">, "run_id" | "engine_version" | "graph" | "inputs">;

export async function pinnedPipeline(started: Started, read: ReadPinned): Promise<Pipeline> {
  const why = otherMajor(started.engine_version);
  if (why !== null) {
    const major = majorOf(started.engine_version);
    throw new SourceError(
      `${why}; nothing of run ${started.run_id} was touched`,
      `call attractor@v${major} in its workflow until it has ended, or cancel it there and start a new run`,
    );
  }
  const path = started.graph.path ?? "";
  const source = await readGraph(path, read);
  if (digestOf(source) !== started.graph.digest) {
    throw new SourceError(
      `${path} is not the graph that run ${started.run_id} began with`,
      "start a new run",
    );
  }
  return (await pipelineFrom(source, path, started.inputs, read, true)).pipeline;
}

/** What a run's first event says of its graph, inputs and configuration, as they stand on the pinned commit. */
export async function pinnedStart(
  from: {
    readonly graph: string;
    readonly inputs: Readonly<Record<string, string>>;
    readonly config: string;
    /** In place of the configuration's bound. */
    readonly usd: number | null;
    /** A manager's: it is given all that its parent was given. */
    readonly child?: true;
  },
  read: ReadPinned,
) {
  const source = await readGraph(from.graph, read);
  const { pipeline, inputs } = await pipelineFrom(source, from.graph, from.inputs, read, from.child === true);
  await checkFiles(pipeline, inputs, read);
  const config = await pinnedConfig(from.config, read);
  return {
    event: "run_started",
    schema_version: 1,
    graph: { name: pipeline.name, digest: digestOf(source), path: from.graph },
    goal: pipeline.goal,
    inputs: { ...inputs },
    config_digest: digestOf(JSON.stringify(config)),
    engine_version: ENGINE_VERSION,
    ...startedBudget({ ...config.budget, usd: from.usd ?? config.budget.usd }),
  } as const;
}

async function checkFiles(
  { inputSpecs }: Pipeline,
  inputs: Readonly<Record<string, string>>,
  read: ReadPinned,
): Promise<void> {
  for (const { key, type } of inputSpecs) {
    const path = inputs[key] ?? "";
    if (type !== "file" || (await read(posix.normalize(path))) !== null) continue;
    throw new SourceError(
      `the input ${key}: there is no file ${path} on the base ref`,
      "name one that is committed there",
    );
  }
}

export async function pinnedConfig(path: string, read: ReadPinned): Promise<Config> {
  const text = await read(path);
  if (text === null) return defaultConfig();
  // The reader of YAML is large, and most of what starts here has no configuration to read.
  const { loadConfig } = await import("../engine/config/load.ts");
  const loaded = loadConfig(text, path);
  if (loaded.ok) return loaded.config;
  throw new SourceError(
    loaded.problems.map((each) => `${each.file}:${each.line}:${each.column}: ${each.message}`).join("\n"),
    "fix the configuration on the base ref",
  );
}
