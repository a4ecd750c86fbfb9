/** Runs on this machine: start, resume, and how both end. */
import { realpath } from "node:fs/promises";
import { join } from "node:path";
import type { Script } from "../agents/simulate-script.ts";
import { simulatedKinds } from "../agents/simulate-tool.ts";
import type { Config } from "../config/schema.ts";
import { startedBudget } from "../config/started-budget.ts";
import { runningAttempts } from "../core/effects.ts";
import type { EventBody } from "../core/events.ts";
import { TRUNK } from "../core/state.ts";
import { digestOf } from "../digest.ts";
import { type Clock, machineClock } from "../drive/clock.ts";
import type { DriveEnd } from "../drive/drive.ts";
import type { Watcher } from "../drive/log.ts";
import type { Pipeline } from "../graph/pipeline.ts";
import type { PrepareOptions } from "../graph/prepare.ts";
import { writeFileAtomic } from "../ledger/atomic.ts";
import { fileLedger } from "../ledger/file-ledger.ts";
import { lockRunFolder } from "../ledger/lock.ts";
import { makeFolder } from "../ledger/make-folder.ts";
import type { Ledger, Snapshot } from "../ledger/port.ts";
import { type Final, finalOf } from "../ledger/projections/final.ts";
import { type Live, liveOf } from "../ledger/projections/live.ts";
import type { Interviewer } from "../stages/human/question.ts";
import type { StageRunner } from "../stages/port.ts";
import { endMarked, marksOfRun } from "../stages/strays.ts";
import { ENGINE_VERSION, majorOf, otherMajor } from "../version.ts";
import {
  configDigest,
  exists,
  FILES,
  RunFolderError,
  readManifest,
  type StoredRun,
  writeRunFolder,
} from "./folder.ts";
import { openWorkspaces } from "./git-workspaces.ts";
import { managerRunner } from "./manager.ts";
import { finalWithoutRun } from "./not-started.ts";
import { openRun } from "./open-run.ts";
import { checkAnswers, checkInputs, preparedPipeline, recordingReader, simulationOf } from "./prepare-run.ts";
import { writeProjections } from "./projector.ts";
import { stageRunner } from "./runner.ts";
import { runSession } from "./session.ts";
import { storedFinal } from "./stored-final.ts";
import { endStuck, finalWhenStuck } from "./stuck.ts";
import { refuseUsedFolder } from "./used-folder.ts";

/** Stages of a killed driver get this long to end by themselves. */
const STRAY_GRACE_MS = 2000;

export interface DriverOptions {
  readonly answers: ReadonlyMap<string, string[]>;
  readonly interviewer: Interviewer | null;
  readonly cancel: AbortSignal;
  readonly watch?: Watcher;
  readonly clock?: Clock;
  /** Custom handlers of the library, by `type`. */
  readonly handlers?: ReadonlyMap<string, StageRunner>;
  readonly prepare?: PrepareOptions;
  /** Of a manager's child: the run that started it all, which its stages are known by too. */
  readonly rootRunId?: string;
  /** Executables may be stand-ins for the CLIs. */
  readonly allowTestShim?: boolean;
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
  /** The text of a simulation script; "" simulates agents by what edges offer; null runs for real. */
  readonly script: string | null;
  readonly inputs: Readonly<Record<string, string>>;
  /** What else is not real, beside what the script simulates. */
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

export async function startRun(given: StartOptions): Promise<RunReport> {
  const clock = given.clock ?? machineClock;
  await makeFolder(given.root);
  // Stages are known by it, whatever name somebody else uses for the folder.
  const options = { ...given, root: await realpath(given.root) };
  await refuseUsedFolder(options.root);
  const lock = await lockRunFolder(options.root, options.runId);
  try {
    return await begin(options, clock);
  } catch (error) {
    if (!(await exists(join(options.root, FILES.log))))
      // A disk that refuses the final too: the first failure is the one to tell.
      await finalWithoutRun(options.root, { ...options, now: clock.now() }, error).catch(() => undefined);
    throw error;
  } finally {
    await lock.release();
  }
}

async function begin(options: StartOptions, clock: Clock): Promise<RunReport> {
  const { root, runId, config } = options;
  const prompts: Record<string, string> = {};
  const { pipeline, inputs } = preparedPipeline(options.source, options.inputs, {
    ...options.prepare,
    others: options.rootRunId !== undefined,
    readPrompt: recordingReader(options.prepare?.readPrompt, prompts),
  });
  // A manager's child has only what was given for its parent.
  checkInputs(pipeline, inputs, options);
  if (options.rootRunId === undefined) checkAnswers(pipeline, options.answers);
  const simulation = simulationOf(options.script);
  await checkFirst(options, pipeline, clock);
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
        name: pipeline.name,
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
        inputs: { ...inputs },
        invocation: [...options.invocation],
        simulated: [...(simulation ? simulatedKinds(pipeline, simulation) : []), ...options.simulated],
        ...(Object.keys(config.llm.force_models).length === 0
          ? {}
          : { force_models: config.llm.force_models }),
      },
      graph: options.source,
      config,
      script: options.script,
      prompts,
    };
    await writeRunFolder(root, stored);
    await writeFileAtomic(join(root, FILES.pid), `${process.pid}\n`);
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

/** A run that cannot succeed does not begin (R-PRE-6). */
async function checkFirst(options: StartOptions, pipeline: Pipeline, clock: Clock): Promise<void> {
  const { checkBeforeRun } = await import("./before-run.ts");
  await checkBeforeRun({
    root: options.root,
    pipeline,
    config: options.config,
    env: options.env,
    allowTestShim: options.allowTestShim ?? false,
    simulated: options.script !== null,
    handled: new Set(options.handlers?.keys() ?? []),
    now: () => new Date(clock.now()),
  });
}

function startedEvent({ manifest, config }: StoredRun): EventBody {
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
    ...startedBudget(config.budget),
    ...(manifest.base_sha === null ? {} : { base_sha: manifest.base_sha }),
    ...(manifest.run_branch === null ? {} : { run_branch: manifest.run_branch }),
    ...(manifest.simulated.length > 0 ? { simulated: manifest.simulated } : {}),
  };
}

/** Goes on with what a run folder holds: after a crash, a wait, or an end that was no success. */
export async function resumeRun(
  folder: string,
  options: DriverOptions & { readonly by: string },
): Promise<RunReport> {
  const clock = options.clock ?? machineClock;
  const root = await realpath(folder).catch(() => folder);
  const { run_id } = await readManifest(root).catch(async (error: unknown) => {
    await endStuck(root, clock, error);
    throw error;
  });
  const lock = await lockRunFolder(root, run_id);
  try {
    return await goOn(root, options, clock);
  } catch (error) {
    await finalWhenStuck(root, run_id, clock, error).catch(() => undefined);
    throw error;
  } finally {
    await lock.release();
  }
}

async function goOn(
  root: string,
  options: DriverOptions & { readonly by: string },
  clock: Clock,
): Promise<RunReport> {
  const { stored, pipeline, ledger, snapshot, log } = await openRun(root, clock, options.prepare);
  const { manifest } = stored;
  const { state } = log;
  refuseOtherMajor(manifest.engine_version);
  checkAnswers(pipeline, options.answers);
  if (state.ended?.event === "run_completed") {
    // Killed between its last line and its final: all that is left to do is to write that.
    if ((await storedFinal(root)) === null) {
      await writeProjections(root, state);
      return { root, runId: manifest.run_id, why: "ended", live: liveOf(state), final: finalOf(state) };
    }
    throw new RunFolderError(
      `run ${manifest.run_id} has ended with success: there is nothing to resume`,
      "start a new run, or fork this one at a node with `attractor fork`",
    );
  }
  // A driver that was killed may have left stages running: they must not write beside those that start now.
  await endMarked(marksOfRun(root), null, STRAY_GRACE_MS);
  const workspaces = await openWorkspaces({
    root,
    runId: manifest.run_id,
    workdir: manifest.workdir,
    config: stored.config,
    exempt: [],
    at: state.scopes.get(TRUNK)?.commit ?? manifest.base_sha,
  });
  try {
    await writeFileAtomic(join(root, FILES.pid), `${process.pid}\n`);
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
      {
        event: "run_resumed",
        by: options.by,
        reopened: state.ended !== null,
        lost_attempts: runningAttempts(pipeline, state).length,
      },
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
      ...(options.rootRunId === undefined ? {} : { rootRunId: options.rootRunId }),
      runner: stageRunner({
        config,
        simulation: c.simulation,
        parentEnv: options.env,
        handlers: options.handlers ?? new Map(),
        manager: managerRunner({
          config,
          script: stored.script,
          simulated: stored.manifest.simulated,
          options,
          clock: c.clock,
        }),
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

function refuseOtherMajor(version: string): void {
  const why = otherMajor(version);
  if (why === null) return;
  throw new RunFolderError(why, `resume it with attractor ${majorOf(version)}.x, or fork it with this one`);
}
