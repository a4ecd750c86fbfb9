/** A run folder: what a run needs to be read, resumed and explained, whoever looks and whenever. */

import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { Config } from "../config/schema.ts";
import { digestOf } from "../digest.ts";
import { FixableError } from "../fixable-error.ts";
import { writeFileAtomic, writeJsonAtomic } from "../ledger/atomic.ts";

export const FILES = {
  manifest: "manifest.json",
  graph: "graph.dot",
  config: "run_config.json",
  log: "progress.ndjson",
  live: "live.json",
  checkpoint: "checkpoint.json",
  final: "final.json",
  pid: "run.pid",
  out: "run.out",
  script: "simulation.json",
  prompts: "prompts.json",
  preflight: "preflight_report.json",
} as const;

const Manifest = z.object({
  schema_version: z.literal(1),
  run_id: z.string(),
  /** The graph's, under the specification's name too (5.6); manifests of older runs have only the second. */
  name: z.optional(z.string()),
  graph_name: z.string(),
  graph_path: z.string().nullable(),
  graph_digest: z.string(),
  config_digest: z.string(),
  goal: z.string(),
  engine_version: z.string(),
  started_at: z.string(),
  workdir: z.string(),
  repo: z.string().nullable(),
  base_sha: z.string().nullable(),
  run_branch: z.string().nullable(),
  inputs: z.record(z.string(), z.string()),
  invocation: z.array(z.string()),
  simulated: z.array(z.string()),
  force_models: z.record(z.string(), z.string()).optional(),
});
export type Manifest = z.infer<typeof Manifest>;

const Prompts = z.record(z.string(), z.string());

/** Raised when a folder holds no run, or one that was changed behind the run's back. */
export class RunFolderError extends FixableError {
  override readonly name = "RunFolderError";
}

export const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

export interface StoredRun {
  readonly manifest: Manifest;
  readonly graph: string;
  readonly config: Config;
  readonly script: string | null;
  /** Prompt files as they were, so that a resumed run says what the first one said. */
  readonly prompts: Readonly<Record<string, string>>;
}

export async function writeRunFolder(root: string, run: StoredRun): Promise<void> {
  await mkdir(root, { recursive: true });
  await writeFileAtomic(join(root, FILES.graph), run.graph);
  await writeJsonAtomic(join(root, FILES.config), run.config);
  if (run.script !== null) await writeFileAtomic(join(root, FILES.script), run.script);
  await writeJsonAtomic(join(root, FILES.prompts), run.prompts);
  await writeJsonAtomic(join(root, FILES.manifest), run.manifest);
}

export const configDigest = (config: Config): string => digestOf(JSON.stringify(config));

/** Reads a run folder and refuses one whose graph or config is no longer what the run began with (R-CKPT-9). */
export async function readRunFolder(root: string): Promise<StoredRun> {
  const manifest = await readManifest(root);
  const graph = await readFile(join(root, FILES.graph), "utf8").catch((error: unknown) => {
    throw new RunFolderError(`${root} has no ${FILES.graph}`, RESTORE, { cause: error });
  });
  const changed =
    "restore it as it was, or start a new run with the changed one; `attractor fork` keeps what is done";
  if (digestOf(graph) !== manifest.graph_digest) {
    throw new RunFolderError(
      `${join(root, FILES.graph)} is not the graph that run ${manifest.run_id} began with`,
      changed,
    );
  }
  const stored = await readStored(root, FILES.config, z.record(z.string(), z.unknown()));
  // As it was written: a newer version may know of more keys and their defaults.
  if (digestOf(JSON.stringify(stored)) !== manifest.config_digest) {
    throw new RunFolderError(
      `${join(root, FILES.config)} is not the config that run ${manifest.run_id} began with`,
      changed,
    );
  }
  const config = await readStored(root, FILES.config, Config);
  const script = await readFile(join(root, FILES.script), "utf8").catch(() => null);
  const prompts = (await exists(join(root, FILES.prompts)))
    ? await readStored(root, FILES.prompts, Prompts)
    : {};
  return { manifest, graph, config, script, prompts };
}

export async function readManifest(root: string): Promise<Manifest> {
  if (await exists(join(root, FILES.manifest))) return readStored(root, FILES.manifest, Manifest);
  if (await exists(join(root, FILES.log))) {
    throw new RunFolderError(`${root} has lost its ${FILES.manifest}`, RESTORE);
  }
  throw (
    (await neverBegan(root)) ??
    new RunFolderError(
      `${root} is no run folder: it has no ${FILES.manifest}`,
      "give the folder that `attractor run` printed as logs_root",
    )
  );
}

const RESTORE = "restore the file from a copy of the run folder";

async function readStored<T>(root: string, name: string, schema: z.ZodType<T>): Promise<T> {
  const path = join(root, name);
  const text = await readFile(path, "utf8").catch((cause: Error) => {
    throw new RunFolderError(`${path} cannot be read: ${cause.message}`, RESTORE, { cause });
  });
  const parsed = schema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new RunFolderError(`${path} cannot be read: ${z.prettifyError(parsed.error)}`, RESTORE);
}

const NotBegun = z.object({ run_id: z.string(), failure_reason: z.string() });

/** A run that failed before its first line has an end, and nothing to go on from. */
async function neverBegan(root: string): Promise<RunFolderError | null> {
  const text = await readFile(join(root, FILES.final), "utf8").catch(() => "");
  const final = NotBegun.safeParse(parseJson(text));
  if (!final.success) return null;
  return new RunFolderError(
    `run ${final.data.run_id} never began: ${final.data.failure_reason}`,
    "fix that, then start it again with `attractor run`",
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return String(error);
  }
}

/** Runs lie in `.attractor/runs`, which no repository ever sees as a change. */
export async function newRunRoot(workdir: string, runId: string): Promise<string> {
  const base = join(workdir, ".attractor");
  await mkdir(join(base, "runs"), { recursive: true });
  await writeFile(join(base, ".gitignore"), "*\n");
  return join(base, "runs", runId);
}
