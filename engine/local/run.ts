/** Runs on this machine: how they start, and how a start that fails ends. */
import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { failed } from "../agents/preflight/report.ts";
import { simulatedKinds } from "../agents/simulate-tool.ts";
import { type Clock, machineClock } from "../clock.ts";
import { startedBudget } from "../config/started-budget.ts";
import { answerProblems } from "../core/answers.ts";
import type { EventBody } from "../core/events.ts";
import { digestOf } from "../digest.ts";
import { bindInputs } from "../graph/inputs.ts";
import type { Pipeline } from "../graph/pipeline.ts";
import { writeFileAtomic } from "../ledger/atomic.ts";
import { fileLedger } from "../ledger/file-ledger.ts";
import { lockRunFolder } from "../ledger/lock.ts";
import { makeFolder } from "../ledger/make-folder.ts";
import { ENGINE_VERSION } from "../version.ts";
import { conduct } from "./conduct.ts";
import type { RunReport } from "./driver.ts";
import { configDigest, exists, FILES, type StoredRun, writeRunFolder } from "./folder.ts";
import { openWorkspaces } from "./git-workspaces.ts";
import { graphFiles } from "./graph-files.ts";
import { finalWithoutRun } from "./not-started.ts";
import { InvalidRunError, inputProblems, readGraph, recordingReader, simulationOf } from "./prepare-run.ts";
import type { StartOptions } from "./start-options.ts";
import { refuseUsedFolder } from "./used-folder.ts";

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
  const { pipeline, inputs, opening } = await checkedFirst(options, prompts, clock);
  const simulation = simulationOf(options.script);
  const workspaces = await openWorkspaces({
    root,
    runId,
    workdir: options.workdir,
    config,
    exempt: options.graphPath === null ? [] : graphFiles(options.graphPath),
    alone: isAlone(pipeline),
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
      opening,
      startChild: startRun,
    });
  } finally {
    await workspaces.close();
  }
}

/** Nothing in it needs more than one tree. */
const isAlone = ({ stages }: Pipeline): boolean =>
  [...stages.values()].every(({ fanOut, manager }) => fanOut === null && manager === null);

/** A run that cannot succeed does not begin (R-PRE-6): all that is wrong is told at once. */
async function checkedFirst(options: StartOptions, prompts: Record<string, string>, clock: Clock) {
  const { root, config, env } = options;
  const { checkBeforeRun, reportInvalid } = await import("./before-run.ts");
  const about = {
    ...{ root, config, env, simulated: options.script !== null },
    allowTestShim: options.allowTestShim ?? false,
    now: () => new Date(clock.now()),
  };
  // A manager's child has only what was given for its parent.
  const child = options.rootRunId !== undefined;
  const readPrompt = recordingReader(options.prepare?.readPrompt, prompts);
  const graph = await reportInvalid(about, () =>
    readGraph(options.source, { ...options.prepare, readPrompt }, options.graphPath),
  );
  const bound = bindInputs(graph, options.inputs, { others: child });
  const wrongInputs = bound.ok ? inputProblems(graph, bound.inputs, options) : bound.problems;
  const opening = await checkBeforeRun({
    ...about,
    pipeline: bound.ok ? bound.pipeline : graph,
    handled: new Set(options.handlers?.keys() ?? []),
    workdir: options.workdir,
    // A manager's child asks who was asked for its parent.
    ...(child ? { probe: false } : {}),
    found: [
      ...failed("graph_input", wrongInputs),
      ...failed("graph_answer", child ? [] : answerProblems(graph, options.answers)),
    ],
  });
  if (!bound.ok) throw new InvalidRunError(bound.problems);
  return { ...bound, opening };
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
