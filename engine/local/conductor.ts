/**
 * What every driver of stages has around the one loop, on a laptop and in a job: attempts that were lost with the driver
 * before come first, heartbeats and stalls are watched, what comes from outside is told to the loop, and all of it stops.
 */
import type { Clock } from "../clock.ts";
import type { Config } from "../config/schema.ts";
import { lostAttempts } from "../core/attempt-end.ts";
import { runningAttempts, type StageEffect } from "../core/effects.ts";
import type { EventBody } from "../core/events.ts";
import { type Drive, type DriveEnd, type DrivePorts, drive } from "../drive/drive.ts";
import type { RunLog } from "../drive/log.ts";
import type { StageRunner } from "../stages/port.ts";
import { stuck, vitals } from "./heartbeats.ts";
import { openScopes } from "./open-scopes.ts";
import { performer } from "./perform.ts";
import type { Hearing } from "./steered-words.ts";
import type { Workspaces } from "./workspaces.ts";

type Perform = DrivePorts["perform"];

export interface ConductorOptions {
  readonly log: RunLog;
  readonly clock: Clock;
  readonly config: Config;
  /** The run folder. */
  readonly root: string;
  readonly rootRunId?: string;
  readonly workspaces: Workspaces;
  readonly runner: StageRunner;
  readonly hearing?: Hearing;
  /** Only this scope and those below it. */
  readonly focus?: string;
  /** Whether an attempt that the log calls running was this driver's, and so is lost. */
  readonly isLost?: (effect: StageEffect) => boolean;
  readonly beat: (event: EventBody) => void;
  /** Aborted when somebody wants the run, or this part of it, canceled. */
  readonly cancel: AbortSignal;
  readonly canceled: () => EventBody;
  /** How this driver differs from the others; `perform` runs an attempt as all do. */
  readonly ports: (perform: Perform) => Omit<DrivePorts, "clock" | "focus">;
}

export interface Conductor {
  /** To the loop; false when none turns. */
  tell(event: EventBody): boolean;
  /** Turns the loop as far as it goes. */
  drive(): Promise<DriveEnd>;
  stop(): void;
}

export function conductor(options: ConductorOptions): Conductor {
  const { log, clock, config, focus, cancel } = options;
  const { runtime_policy: policy } = config;
  const running = runningAttempts(log.pipeline, log.state);
  for (const event of lostAttempts(log.pipeline, log.state, running.filter(options.isLost ?? (() => true))))
    log.push(event);
  let turning: Drive | null = null;
  const tell = (event: EventBody): boolean => {
    turning?.tell(event);
    return turning !== null;
  };
  const monitor = vitals({
    clock,
    scopes: () => openScopes(log.state, focus),
    stuck: (idleMs) => turning?.fail(stuck(idleMs)),
    heartbeatMs: policy.heartbeat_interval_ms,
    stallMs: policy.stall_timeout_ms,
    stallCheckMs: policy.stall_check_interval_ms,
    beat: options.beat,
    stalled: tell,
  });
  const perform = performer({
    ...{ clock, log, config, vitals: monitor },
    logsRoot: options.root,
    ...(options.rootRunId === undefined ? {} : { rootRunId: options.rootRunId }),
    workspaces: options.workspaces,
    runner: options.runner,
    ...(options.hearing === undefined ? {} : { hearing: options.hearing }),
  });
  const ports: DrivePorts = {
    clock,
    ...options.ports(perform),
    ...(focus === undefined ? {} : { focus }),
  };
  const canceled = () => void tell(options.canceled());
  cancel.addEventListener("abort", canceled, { once: true });
  return {
    tell,
    async drive() {
      turning = drive(log, ports);
      if (cancel.aborted) canceled();
      try {
        return await turning.done;
      } finally {
        turning = null;
      }
    },
    stop() {
      monitor.stop();
      cancel.removeEventListener("abort", canceled);
    },
  };
}
