/** One step from condition to conclusion, the same for a job's steps, a composite's and posts. */
import type { TemplateToken } from "@actions/workflow-parser/templates/tokens/index";
import { holds } from "../expressions/evaluate.ts";
import { messageOf, renderBoolean, renderNumber, renderStrings } from "../expressions/template.ts";
import { createFrame, frameScope, stopFrame } from "./frame.ts";
import type { Frame, JobState, PlannedStep, StepList, StepResult, StepStatus } from "./state.ts";

const MINUTE_MS = 60_000;

export async function executeStep(job: JobState, list: StepList, step: PlannedStep): Promise<StepResult> {
  const frame = createFrame(job, list);
  const outcome = await outcomeOf(job, frame, step);
  const forgiven = outcome === "failure" && forgives(job, frame, step);
  const conclusion = forgiven ? "success" : outcome;
  if (step.id !== undefined && step.stage === "main") {
    list.steps.set(step.id, { outputs: frame.outputs, outcome, conclusion });
  }
  if (conclusion === "failure" || conclusion === "cancelled") {
    const holder = list.composite ? list : job;
    holder.status = holder.status === "cancelled" ? "cancelled" : conclusion;
  }
  return conclusion;
}

async function outcomeOf(job: JobState, frame: Frame, step: PlannedStep): Promise<StepResult> {
  const fail = (error: unknown): StepResult => {
    job.report.issue({ level: "error", message: messageOf(error) });
    return "failure";
  };
  const wanted = () =>
    holds(step.condition, frameScope(job, frame, step.stage !== "main" || !frame.list.composite));
  try {
    for (const [name, value] of renderStrings(step.env, frameScope(job, frame))) {
      frame.env.set(name, value);
      frame.ownEnv.set(name, value);
    }
    if (job.dead || !wanted()) return "skipped";
  } catch (error) {
    return fail(error);
  }
  frame.recheck = () => {
    const { status } = frame.list;
    frame.list.status = "cancelled";
    try {
      if (!wanted()) stopFrame(frame);
    } catch {
      stopFrame(frame);
    } finally {
      frame.list.status = status;
    }
  };
  const endTimer = startTimer(job, frame, step);
  job.frames.add(frame);
  try {
    const status = await step.run(frame);
    return stoppedAs(job, frame, step) ?? status;
  } catch (error) {
    return stoppedAs(job, frame, step) ?? fail(error);
  } finally {
    endTimer();
    job.frames.delete(frame);
  }
}

/**
 * How a step that was told to stop ends, however its process took it. A composite is not stopped as a whole:
 * its own steps are, one by one, so that `always()` inside it still runs.
 */
function stoppedAs(job: JobState, frame: Frame, step: PlannedStep): StepStatus | undefined {
  if (!frame.stopped || frame.composite) return undefined;
  if (!frame.timedOut) return "cancelled";
  job.report.issue({ level: "error", message: `The action '${step.name}' has timed out.` });
  return "failure";
}

function startTimer(job: JobState, frame: Frame, step: PlannedStep): () => void {
  const minutes = minutesOf(job, frame, step.timeoutMinutes);
  if (minutes > 0) frame.deadline = Math.min(frame.deadline, job.clock.now() + minutes * MINUTE_MS);
  if (!Number.isFinite(frame.deadline)) return () => {};
  return job.clock.after(Math.max(0, frame.deadline - job.clock.now()), () => {
    frame.timedOut = true;
    stopFrame(frame);
  });
}

/** Whole minutes only, like the runner: what is below one minute is no timeout at all. */
function minutesOf(job: JobState, frame: Frame, token: TemplateToken | undefined): number {
  if (token === undefined) return 0;
  try {
    return Math.trunc(renderNumber(token, frameScope(job, frame)));
  } catch (error) {
    job.report.issue({ level: "error", message: messageOf(error) });
    return 0;
  }
}

function forgives(job: JobState, frame: Frame, step: PlannedStep): boolean {
  if (step.continueOnError === undefined) return false;
  try {
    return renderBoolean(step.continueOnError, frameScope(job, frame));
  } catch (error) {
    job.report.issue({ level: "error", message: messageOf(error) });
    return false;
  }
}
