/** What a start and a resume have in common: a session with its stages, and the report of how it ended. */
import { atBase } from "../agents/base-ref.ts";
import type { Script } from "../agents/simulate-script.ts";
import type { Clock } from "../clock.ts";
import type { EventBody } from "../core/events.ts";
import type { Pipeline } from "../graph/pipeline.ts";
import type { Ledger, Snapshot } from "../ledger/port.ts";
import { finalOf } from "../ledger/projections/final.ts";
import { liveOf } from "../ledger/projections/live.ts";
import { endStarters } from "../stages/starter.ts";
import type { DriverOptions, RunReport } from "./driver.ts";
import type { StoredRun } from "./folder.ts";
import type { openWorkspaces } from "./git-workspaces.ts";
import { managerRunner } from "./manager.ts";
import { stageRunner } from "./runner.ts";
import { runSession } from "./session.ts";
import type { ResumeChild, StartChild } from "./start-options.ts";

export interface Conduct {
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
  readonly startChild: StartChild;
  readonly resumeChild?: ResumeChild;
}

export async function conduct(c: Conduct): Promise<RunReport> {
  const { options, root, stored, workspaces } = c;
  const { config } = stored;
  const { source } = workspaces;
  const commit = stored.manifest.base_sha;
  const recorder = config.cxdb ? await (await import("./cxdb.ts")).cxdbRecorder(config.cxdb, c) : null;
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
          startChild: c.startChild,
          ...(c.resumeChild === undefined ? {} : { resumeChild: c.resumeChild }),
        }),
        merge: workspaces.merge,
        ...(source === null || commit === null ? {} : { base: atBase({ ...source, commit }) }),
      }),
      answers: options.answers,
      interviewer: options.interviewer,
      cancel: options.cancel,
      opening: [...c.opening, ...(recorder?.opening ?? [])],
    });
    const recorded = await recorder?.finish(state);
    return {
      root,
      runId: stored.manifest.run_id,
      why,
      live: liveOf(state),
      final: state.ended ? { ...finalOf(state), ...recorded?.ids } : null,
      ...(recorded?.problem === undefined ? {} : { unrecorded: recorded.problem }),
      run: { state, pipeline: c.pipeline },
    };
  } finally {
    await endStarters();
    await c.ledger.close();
  }
}
