/** What trunk and legs have in common: the local driver's way of performing, with GitHub's authority and deadline. */

import { parseScript } from "../engine/agents/simulate-script.ts";
import type { Config } from "../engine/config/schema.ts";
import { lostAttempts } from "../engine/core/attempt-end.ts";
import { mayAppend, type Writer } from "../engine/core/authority.ts";
import { runningAttempts } from "../engine/core/effects.ts";
import type { EventBody } from "../engine/core/events.ts";
import { machineClock } from "../engine/drive/clock.ts";
import { type DriveEnd, drive } from "../engine/drive/drive.ts";
import type { RunLog } from "../engine/drive/log.ts";
import { managerRunner } from "../engine/local/manager.ts";
import { performer } from "../engine/local/perform.ts";
import { stageRunner } from "../engine/local/runner.ts";
import { vitals } from "../engine/local/vitals.ts";
import type { Workplace } from "./workplace.ts";

export interface JobWork {
  readonly log: RunLog;
  readonly config: Config;
  readonly place: Workplace;
  readonly writer: Writer;
  /** A leg's branch key. */
  readonly focus?: string;
  /** Text of a simulation script, null to run for real. */
  readonly script: string | null;
  readonly cancel: AbortSignal;
  /** Epoch milliseconds after which no stage starts that might outlast the job. */
  readonly softDeadline: number;
}

export async function work({
  log,
  config,
  place,
  writer,
  focus,
  script,
  cancel,
  softDeadline,
}: JobWork): Promise<DriveEnd> {
  const mine = runningAttempts(log.pipeline, log.state).filter(
    (effect) => focus === undefined || effect.scope === focus || effect.scope.startsWith(`${focus}/`),
  );
  for (const event of lostAttempts(log.pipeline, log.state, mine)) log.push(event);
  const options = { answers: new Map<string, string[]>(), interviewer: null, cancel, env: process.env };
  const read = script === null ? null : parseScript(script, "simulate");
  if (read && !read.ok) throw new Error(read.problems.join("; "));
  let tell: (event: EventBody) => void = () => undefined;
  const monitor = vitals({
    clock: machineClock,
    heartbeatMs: config.runtime_policy.heartbeat_interval_ms,
    stallMs: config.runtime_policy.stall_timeout_ms,
    stallCheckMs: config.runtime_policy.stall_check_interval_ms,
    // Heartbeats go to the job's log, never into ledger commits (R-LIVE-6).
    beat: (event) => console.log(`heartbeat ${JSON.stringify(event)}`),
    stalled: (event) => tell(event),
  });
  const driving = drive(log, {
    clock: machineClock,
    perform: performer({
      log,
      config,
      logsRoot: place.root,
      workspaces: place.workspaces,
      vitals: monitor,
      runner: stageRunner({
        config,
        simulation: read?.script ?? null,
        parentEnv: process.env,
        handlers: new Map(),
        manager: managerRunner({ config, script, options, clock: machineClock }),
        merge: place.workspaces.merge,
      }),
    }),
    may: (event) => mayAppend(writer, event, focus),
    mayStart: (effect) =>
      machineClock.now() + (log.pipeline.stages.get(effect.node)?.timeoutMs ?? 0) < softDeadline,
    ...(focus === undefined ? {} : { focus }),
  });
  tell = driving.tell;
  const canceled = () =>
    tell({ event: "cancellation_requested", reason: String(cancel.reason), by: "Actions" });
  if (cancel.aborted) canceled();
  else cancel.addEventListener("abort", canceled, { once: true });
  try {
    return await driving.done;
  } finally {
    monitor.stop();
    cancel.removeEventListener("abort", canceled);
  }
}
