/** Drives one run folder until the run ends, waits, or this process must stop. */

import type { Clock } from "../clock.ts";
import type { Config } from "../config/schema.ts";
import { answerTo } from "../core/answers.ts";
import { type EventBody, parseEvent } from "../core/events.ts";
import type { RunState } from "../core/state.ts";
import type { DriveEnd } from "../drive/drive.ts";
import { openLog, type RunLog, type Watcher } from "../drive/log.ts";
import type { Pipeline } from "../graph/pipeline.ts";
import type { Ledger, Snapshot } from "../ledger/port.ts";
import { messageOf } from "../message-of.ts";
import type { Interviewer } from "../stages/human/question.ts";
import type { StageRunner } from "../stages/port.ts";
import { answerer } from "./answers.ts";
import { conductor } from "./conductor.ts";
import { type Control, watchControls } from "./controls.ts";
import { aborted, endRun } from "./end-run.ts";
import { localShows } from "./shows.ts";
import { supersedeFinals } from "./stored-final.ts";
import type { Workspaces } from "./workspaces.ts";
import { projector } from "./write-projections.ts";

export interface Session {
  readonly root: string;
  readonly pipeline: Pipeline;
  readonly config: Config;
  readonly ledger: Ledger;
  readonly snapshot: Snapshot;
  readonly workspaces: Workspaces;
  readonly runner: StageRunner;
  readonly clock: Clock;
  readonly watch?: Watcher;
  readonly rootRunId?: string;
  readonly answers: ReadonlyMap<string, string[]>;
  readonly interviewer: Interviewer | null;
  /** Aborted with a reason when somebody wants the run canceled. */
  readonly cancel: AbortSignal;
  /** Recorded before anything is decided: a resume, a reopening. */
  readonly opening: readonly EventBody[];
}

export interface SessionEnd {
  readonly why: DriveEnd;
  readonly state: RunState;
}

export async function runSession(session: Session): Promise<SessionEnd> {
  const { root, pipeline, ledger, clock, config } = session;
  const log = openLog(
    { pipeline, ledger, clock, ...(session.watch ? { watch: session.watch } : {}) },
    session.snapshot,
  );
  // What ran when the last driver vanished is over; it runs again and costs no retry.
  const driver = conductor({
    ...{ log, clock, config, root, workspaces: session.workspaces, runner: session.runner },
    ...(session.rootRunId === undefined ? {} : { rootRunId: session.rootRunId }),
    beat: (event) => {
      log.push(event);
      void log.flush().catch(() => undefined);
    },
    cancel: session.cancel,
    canceled: () => ({
      event: "cancellation_requested",
      reason: String(session.cancel.reason),
      by: "signal",
    }),
    ports: (perform) => ({
      perform,
      ask: answerer({
        log,
        clock,
        prepared: session.answers,
        interviewer: session.interviewer,
        shows: async ({ gate }) => (await localShows(root, log.state, log.pipeline)).get(gate.id) ?? [],
        refused: (message) => void driver.tell({ event: "warning", code: "answer_refused", message }),
      }),
      flushed: () => files.update(log.state),
    }),
  });
  for (const event of session.opening) log.push(event);
  // What goes on has no end: a final of an earlier part would say otherwise.
  if (!log.state.ended) await supersedeFinals(root);
  // The first line was written before there was a watcher.
  const [first] = session.opening.length === 0 ? session.snapshot.events : [];
  if (first) session.watch?.(parseEvent(first), log.state, pipeline);
  // With the lines that come next: a line about a file is worth no flush of its own.
  const saved = (event: EventBody) => void (log.state.ended === null && log.push(event));
  const files = projector(root, clock, () => log.flush(), saved);
  const quiet = new AbortController();
  const controls = watchControls(
    root,
    clock,
    quiet.signal,
    (control) => execute(log, driver.tell, control),
    (problem) => void driver.tell({ event: "warning", code: "bad_control", message: problem }),
  );
  try {
    const why = await driver.drive();
    return { why, state: log.state };
  } catch (error) {
    await abandon(log, files.update, error);
    throw error;
  } finally {
    driver.stop();
    quiet.abort();
    await controls;
    await files.stop();
  }
}

/** The engine failed: say so in the log while that is still possible, so that the run has an end (R-LIFE-1). */
async function abandon(
  log: RunLog,
  update: (state: RunState) => Promise<void>,
  error: unknown,
): Promise<void> {
  const reason = messageOf(error);
  try {
    await endRun(log, aborted(`the engine stopped: ${reason}`, "engine"));
    await update(log.state);
  } catch {
    // The log itself cannot be written: the next looker records the loss.
  }
}

function execute(log: RunLog, tell: (event: EventBody) => unknown, control: Control): void {
  if (control.kind === "cancel") {
    tell({ event: "cancellation_requested", reason: control.reason, by: control.by });
    return;
  }
  const answer = answerTo(log.state, control.gate, control.label, { by: control.by, source: "command" });
  if (answer.ok) tell(answer.event);
  else tell({ event: "warning", code: "answer_refused", message: answer.message });
}
