/** Runs on this machine: start, resume, and how both end. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseScript, type Script } from "../agents/simulate-script.ts";
import type { Config } from "../config/schema.ts";
import type { EventBody } from "../core/events.ts";
import { TRUNK } from "../core/state.ts";
import { digestOf } from "../digest.ts";
import { type Clock, machineClock } from "../drive/clock.ts";
import type { DriveEnd } from "../drive/drive.ts";
import { openLog, type Watcher } from "../drive/log.ts";
import { bindInputs } from "../graph/inputs.ts";
import type { Pipeline } from "../graph/pipeline.ts";
import { type PrepareOptions, prepare } from "../graph/prepare.ts";
import { writeJsonAtomic } from "../ledger/atomic.ts";
import { fileLedger } from "../ledger/file-ledger.ts";
import { lockRunFolder } from "../ledger/lock.ts";
import type { Ledger, Snapshot } from "../ledger/port.ts";
import { type Final, finalOf } from "../ledger/projections/final.ts";
import { type Live, liveOf } from "../ledger/projections/live.ts";
import type { Interviewer } from "../stages/human/question.ts";
import type { StageRunner } from "../stages/port.ts";
import { ENGINE_VERSION } from "../version.ts";
import {
  configDigest,
  exists,
  FILES,
  RunFolderError,
  readRunFolder,
  type StoredRun,
  writeRunFolder,
} from "./folder.ts";
import { openWorkspaces } from "./git-workspaces.ts";
import { managerRunner } from "./manager.ts";
import { stageRunner } from "./runner.ts";
import { runSession } from "./session.ts";

export interface DriverOptions {
  readonly answers: ReadonlyMap<string, string[]>;
  readonly interviewer: Interviewer | null;
  readonly cancel: AbortSignal;
  readonly watch?: Watcher;
  readonly clock?: Clock;
  /** Custom handlers of the library, by `type`. */
  readonly handlers?: ReadonlyMap<string, StageRunner>;
  readonly prepare?: PrepareOptions;
  /** Environment from which stages inherit what is harmless. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface StartOptions extends DriverOptions {
  readonly root: string;
  readonly runId: string;
  readonly source: string;
  readonly graphPath: string | null;
  readonly workdir: string;
  readonly config: Config;
  /** The text of a simulation script; "" simulates with nothing but success; null runs for real. */
  readonly script: string | null;
  readonly inputs: Readonly<Record<string, string>>;
  readonly simulated: readonly string[];
  readonly invocation: readonly string[];
}

export interface RunReport {
  readonly root: string;
  readonly runId: string;
  readonly why: DriveEnd;
  readonly live: Live;
  readonly final: Final | null;
}

export async function startRun(options: StartOptions): Promise<RunReport> {
  const clock = options.clock ?? machineClock;
  await mkdir(options.root, { recursive: true });
  const lock = await lockRunFolder(options.root, options.runId);
  try {
    return await begin(options, clock);
  } catch (error) {
    await finalWithoutRun(options, clock, error);
    throw error;
  } finally {
    await lock.release();
  }
}

async function begin(options: StartOptions, clock: Clock): Promise<RunReport> {
  const { root, runId, config } = options;
  const pipeline = ready(options.source, options.inputs, options.prepare);
  const simulation = simulationOf(options.script);
  const workspaces = await openWorkspaces({
    root,
    runId,
    workdir: options.workdir,
    config,
    exempt: [options.graphPath],
  });
  try {
    const stored: StoredRun = {
      manifest: {
        schema_version: 1,
        run_id: runId,
        graph_name: pipeline.name,
        graph_path: options.graphPath,
        graph_digest: digestOf(options.source),
        config_digest: configDigest(config),
        goal: pipeline.goal,
        engine_version: ENGINE_VERSION,
        started_at: new Date(clock.now()).toISOString(),
        workdir: options.workdir,
        repo: workspaces.repo,
        base_sha: workspaces.baseSha,
        run_branch: workspaces.runBranch,
        inputs: { ...options.inputs },
        invocation: [...options.invocation],
        simulated: [...options.simulated],
      },
      graph: options.source,
      config,
      script: options.script,
    };
    await writeRunFolder(root, stored);
    await writeFile(join(root, FILES.pid), `${process.pid}\n`);
    const ledger = fileLedger(join(root, FILES.log), runId);
    const first = await ledger.create([{ ts: new Date(clock.now()).toISOString(), ...startedEvent(stored) }]);
    return await conduct({
      options,
      clock,
      root,
      stored,
      pipeline,
      simulation,
      ledger,
      workspaces,
      snapshot: { tip: first.tip, events: first.events },
      opening: [],
    });
  } finally {
    await workspaces.close();
  }
}

function startedEvent({ manifest, config }: StoredRun): EventBody {
  const { usd, tokens, minutes, attempts, on_unknown } = config.budget;
  const bounded = [usd, tokens, minutes, attempts].some((limit) => limit !== null);
  return {
    event: "run_started",
    schema_version: 1,
    graph: {
      name: manifest.graph_name,
      digest: manifest.graph_digest,
      ...(manifest.graph_path === null ? {} : { path: manifest.graph_path }),
    },
    goal: manifest.goal,
    inputs: manifest.inputs,
    config_digest: manifest.config_digest,
    engine_version: manifest.engine_version,
    coordinator: "local",
    ...(bounded ? { budget: { usd, tokens, minutes, attempts, on_unknown } } : {}),
    ...(manifest.base_sha === null ? {} : { base_sha: manifest.base_sha }),
    ...(manifest.run_branch === null ? {} : { run_branch: manifest.run_branch }),
    ...(manifest.simulated.length > 0 ? { simulated: manifest.simulated } : {}),
  };
}

/** Goes on with what a run folder holds: after a crash, a wait, or an end that was no success. */
export async function resumeRun(
  root: string,
  options: DriverOptions & { readonly by: string },
): Promise<RunReport> {
  const clock = options.clock ?? machineClock;
  const stored = await readRunFolder(root);
  const { manifest } = stored;
  const lock = await lockRunFolder(root, manifest.run_id);
  try {
    refuseOtherMajor(manifest.engine_version);
    const pipeline = ready(stored.graph, manifest.inputs, options.prepare);
    const ledger = fileLedger(join(root, FILES.log), manifest.run_id);
    const snapshot = await ledger.read();
    const { state } = openLog({ pipeline, ledger, clock }, snapshot);
    if (state.ended?.event === "run_completed") {
      throw new RunFolderError(
        `run ${manifest.run_id} has ended with success: there is nothing to resume`,
        "start a new run, or fork this one at a node with `attractor fork`",
      );
    }
    const workspaces = await openWorkspaces({
      root,
      runId: manifest.run_id,
      workdir: manifest.workdir,
      config: stored.config,
      exempt: [],
      at: state.scopes.get(TRUNK)?.commit ?? manifest.base_sha,
    });
    try {
      await writeFile(join(root, FILES.pid), `${process.pid}\n`);
      const opening: EventBody[] = [
        ...(snapshot.repaired
          ? [
              {
                event: "warning" as const,
                code: "torn_line",
                message: `line ${snapshot.repaired.line} was cut short by a crash and dropped (${snapshot.repaired.bytes} bytes)`,
              },
            ]
          : []),
        { event: "run_resumed", by: options.by, reopened: state.ended !== null, lost_attempts: 0 },
      ];
      return await conduct({
        options,
        clock,
        root,
        stored,
        pipeline,
        simulation: simulationOf(stored.script),
        ledger,
        workspaces,
        snapshot,
        opening,
      });
    } finally {
      await workspaces.close();
    }
  } finally {
    await lock.release();
  }
}

interface Conduct {
  readonly options: DriverOptions;
  readonly clock: Clock;
  readonly root: string;
  readonly stored: StoredRun;
  readonly pipeline: Pipeline;
  readonly simulation: Script | null;
  readonly ledger: Ledger;
  readonly workspaces: Awaited<ReturnType<typeof openWorkspaces>>;
  readonly snapshot: Snapshot;
  readonly opening: readonly EventBody[];
}

async function conduct(c: Conduct): Promise<RunReport> {
  const { options, root, stored, workspaces } = c;
  const { config } = stored;
  try {
    const { why, state } = await runSession({
      root,
      pipeline: c.pipeline,
      config,
      ledger: c.ledger,
      snapshot: c.snapshot,
      workspaces,
      clock: c.clock,
      ...(options.watch ? { watch: options.watch } : {}),
      runner: stageRunner({
        config,
        simulation: c.simulation,
        parentEnv: options.env,
        handlers: options.handlers ?? new Map(),
        manager: managerRunner({ config, script: stored.script, options, clock: c.clock }),
        merge: workspaces.merge,
      }),
      answers: options.answers,
      interviewer: options.interviewer,
      cancel: options.cancel,
      opening: c.opening,
    });
    return {
      root,
      runId: stored.manifest.run_id,
      why,
      live: liveOf(state),
      final: state.ended ? finalOf(state) : null,
    };
  } finally {
    await c.ledger.close();
  }
}

/** A graph with its inputs bound, or an error that carries every problem. */
function ready(
  source: string,
  inputs: Readonly<Record<string, string>>,
  options: PrepareOptions = {},
): Pipeline {
  const { pipeline, diagnostics } = prepare(source, options);
  if (!pipeline)
    throw new InvalidRunError(
      diagnostics
        .filter((d) => d.severity === "error")
        .map((d) => `${d.at.line}:${d.at.column} ${d.rule}: ${d.message}`),
    );
  const bound = bindInputs(pipeline, inputs);
  if (!bound.ok) throw new InvalidRunError([`${bound.error}; ${bound.fix}`]);
  return bound.pipeline;
}

function simulationOf(script: string | null): Script | null {
  if (script === null) return null;
  const read = parseScript(script === "" ? "{}" : script, FILES.script);
  if (!read.ok) throw new InvalidRunError(read.problems);
  return read.script;
}

/** The graph, its inputs or the simulation script cannot run; every problem at once. */
export class InvalidRunError extends Error {
  override readonly name = "InvalidRunError";
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

function refuseOtherMajor(version: string): void {
  if (version.split(".")[0] === ENGINE_VERSION.split(".")[0]) return;
  throw new RunFolderError(
    `this run was begun by engine ${version}; this is ${ENGINE_VERSION}`,
    `resume it with attractor ${version.split(".")[0]}.x, or fork it with this one`,
  );
}

/** A start that failed before there was a log still leaves its end behind (R-LIFE-1). */
async function finalWithoutRun(options: StartOptions, clock: Clock, error: unknown): Promise<void> {
  const path = join(options.root, FILES.final);
  if (await exists(join(options.root, FILES.log))) return;
  const at = new Date(clock.now()).toISOString();
  await writeJsonAtomic(path, {
    schema_version: 1,
    run_id: options.runId,
    graph: {
      name: "",
      digest: digestOf(options.source),
      ...(options.graphPath === null ? {} : { path: options.graphPath }),
    },
    status: "fail",
    failure_reason: error instanceof Error ? error.message : String(error),
    failure_class: "structural",
    failure_signature: "run|structural|not-started",
    started_at: at,
    finished_at: at,
    duration_ms: 0,
    completed_nodes: [],
    node_visits: {},
    node_retries: {},
    branches: [],
    totals: { attempts: 0, tokens: 0, cost_usd: 0, cost_usd_known: 0, cost_complete: true, by_provider: {} },
    git: { base_sha: null, final_commit: null, run_branch: null },
    hops: 0,
    restarts: 0,
    resumes: 0,
  } satisfies Final);
}
