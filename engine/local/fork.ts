/** A new run from the beginning of another one: everything before a visit is kept, that visit and what follows run anew. */
import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { standIns } from "../agents/preflight/providers.ts";
import { type Clock, machineClock } from "../clock.ts";
import type { Config } from "../config/schema.ts";
import { cutBefore } from "../core/fork.ts";
import { digestOf } from "../digest.ts";
import { runBranch } from "../git/names.ts";
import type { PrepareOptions } from "../graph/prepare.ts";
import { fileLedger } from "../ledger/file-ledger.ts";
import type { LedgerEvent, NewEvent } from "../ledger/port.ts";
import { usePath } from "../ledger/stored-path.ts";
import { ENGINE_VERSION } from "../version.ts";
import { configDigest, exists, FILES, RunFolderError, type StoredRun, writeRunFolder } from "./folder.ts";
import { openRun } from "./open-run.ts";
import { preparedPipeline, recordingReader, storedPromptReader } from "./prepare-run.ts";

export interface ForkOptions {
  readonly from: string;
  /** `NODE@VISIT`; a node of a branch as `BRANCH_KEY/NODE@VISIT`. */
  readonly at: string;
  readonly root: string;
  readonly runId: string;
  /** A changed graph or config to go on with; null: as it was. */
  readonly graph: string | null;
  readonly config: Config | null;
  readonly prepare?: PrepareOptions;
  readonly invocation: readonly string[];
  readonly clock?: Clock;
}

/** Values too large for the log, and the copy of a folder that is no repository. */
const SHARED = ["artifacts", "outputs", "source"];

export async function forkRun(options: ForkOptions): Promise<{ kept: number }> {
  const clock = options.clock ?? machineClock;
  const { stored: old, snapshot } = await openRun(options.from, clock);
  if (old.manifest.repo === null && old.manifest.run_branch === null)
    throw new RunFolderError(
      `run ${old.manifest.run_id} worked on a folder that is no git repository: how it stood at a visit is not kept`,
      `run \`git init\` in ${old.manifest.workdir} and commit; runs from then on can be forked`,
    );
  const cut = cutBefore(snapshot.events, options.at);
  if (!cut.ok) throw new RunFolderError(cut.why, cut.fix);
  const { kept } = cut;
  const prompts: Record<string, string> = {};
  const graph = options.graph ?? old.graph;
  const { pipeline } = preparedPipeline(graph, old.manifest.inputs, {
    readPrompt: recordingReader(
      options.graph === null ? storedPromptReader(old.prompts) : options.prepare?.readPrompt,
      prompts,
    ),
    others: true,
  });
  const config = options.config ?? old.config;
  const stored: StoredRun = {
    manifest: {
      ...old.manifest,
      run_id: options.runId,
      name: pipeline.name,
      graph_name: pipeline.name,
      graph_digest: digestOf(graph),
      config_digest: configDigest(config),
      goal: pipeline.goal,
      engine_version: ENGINE_VERSION,
      started_at: new Date(clock.now()).toISOString(),
      run_branch: runBranch(config.git.run_branch_prefix, options.runId),
      invocation: [...options.invocation],
      simulated: simulatedWith(config, old),
    },
    graph,
    config,
    script: old.script,
    prompts,
  };
  await copyKept(options.from, options.root, kept);
  await writeRunFolder(options.root, stored);
  const ledger = fileLedger(join(options.root, FILES.log), options.runId);
  await ledger.create(kept.map((event) => renamed(event, stored, old, options.at)));
  await ledger.close();
  return { kept: kept.length };
}

/** As the first run said; of executables the config tells that goes on (R-RUN-5). */
function simulatedWith(config: Config, { manifest, script }: StoredRun): string[] {
  const others = manifest.simulated.filter((what) => what !== "executables");
  return script === null && standIns(config).length > 0 ? [...others, "executables"] : others;
}

function renamed(event: LedgerEvent, stored: StoredRun, old: StoredRun, at: string): NewEvent {
  const { seq: _, run_id: __, ...rest } = event;
  if (event.event !== "run_started") return rest;
  const { simulated: ___, ...begun } = rest;
  const { manifest } = stored;
  return {
    ...begun,
    graph: {
      name: manifest.graph_name,
      digest: manifest.graph_digest,
      ...(manifest.graph_path ? { path: manifest.graph_path } : {}),
    },
    goal: manifest.goal,
    config_digest: manifest.config_digest,
    engine_version: manifest.engine_version,
    ...(manifest.run_branch === null ? {} : { run_branch: manifest.run_branch }),
    ...(manifest.simulated.length > 0 ? { simulated: manifest.simulated } : {}),
    forked_from: { run_id: old.manifest.run_id, at },
  };
}

/** The attempts that are kept, so that the new run can be read without the old one. Worktrees are made again from commits. */
async function copyKept(from: string, to: string, kept: readonly LedgerEvent[]): Promise<void> {
  await mkdir(to, { recursive: true });
  const stages = kept.flatMap((event) => (typeof event.stage_dir === "string" ? [event.stage_dir] : []));
  for (const name of [...SHARED, ...stages]) {
    const source = await usePath(from, name);
    if (!(await exists(source))) continue;
    await cp(source, await usePath(to, name), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !path.endsWith("/.git/worktrees"),
    });
  }
}
