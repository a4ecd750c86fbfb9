/** A plan's jobs on GitHub, their minutes and their permissions. Pure. */
import type { Config } from "../config/schema.ts";
import type { RunEvent } from "../core/events.ts";
import { insideSomeBranch } from "../core/region.ts";
import type { Pipeline } from "../graph/pipeline.ts";
import { THUMB } from "./attempt-cost.ts";
import type { PlannedStage, PlannedWorkflow } from "./model.ts";
import { readOnlyOf } from "./read-only-stages.ts";
import { jobsIn, mostJobs, type RoundRules, workflowRunsOf } from "./rounds.ts";
import { roundsWanted } from "./rounds-wanted.ts";
import { stepsOf } from "./steps.ts";
import type { Width } from "./visits.ts";

/** A job on a hosted runner ends after that, where the configuration says nothing else. */
const JOB_MINUTES = 360;
/** The rule of thumb: of a model's call with its tools, and of a tool stage. */
const CALL_MINUTES = 1 / 3;
const TOOL_MINUTES = 1;

export interface OnGitHub {
  readonly pipeline: Pipeline;
  readonly config: Config;
  readonly stages: readonly PlannedStage[];
  readonly events: readonly RunEvent[];
  readonly widthOf: Width;
}

export function plannedOnGitHub(on: OnGitHub, coordinator: RoundRules["coordinator"]): PlannedWorkflow {
  const readOnly = readOnlyOf(on.config);
  const rules = {
    coordinator,
    privileged: readOnly === "privileged",
    rounds: on.config.jobs?.rounds ?? roundsWanted([on.pipeline], on.config),
    told: false,
  };
  const steps = stepsOf(on.pipeline, on.events, readOnly);
  const runs = workflowRunsOf(steps, rules);
  const jobs = jobsIn(runs);
  const likely = on.stages.map(minutesOf).reduce((sum, n) => sum + n, 0);
  return {
    runs,
    jobs,
    jobs_told: jobsIn(workflowRunsOf(steps, { ...rules, told: true })),
    // A begun minute is billed: half a minute more a job, on the average.
    minutes: { least: jobs, likely: Math.ceil(likely + jobs / 2) },
    most: mostOf(on, { ...rules, told: true }),
    permissions: permissionsOf(on, coordinator),
  };
}

function minutesOf({ likely, attempts, kind }: PlannedStage): number {
  if (kind === "agent") return (likely.calls ?? THUMB.calls) * CALL_MINUTES;
  return kind === "tool" ? attempts.likely * TOOL_MINUTES : 0;
}

function mostOf(on: OnGitHub, rules: RoundRules): PlannedWorkflow["most"] {
  const { pipeline, stages, widthOf } = on;
  const inBranch = insideSomeBranch(pipeline);
  const readOnly = readOnlyOf(on.config);
  const jobMinutes = on.config.jobs?.timeout_minutes ?? JOB_MINUTES;
  let [fanOuts, branches, questions, trunk, apart] = [0, 0, 0, 0, 0];
  for (const { id, kind, visits, attempts, timeout_minutes } of stages) {
    const often = visits.most ?? Number.POSITIVE_INFINITY;
    const tries = attempts.most ?? Number.POSITIVE_INFINITY;
    if (kind === "wait.human") questions += often;
    if (kind === "wait.human" && inBranch.has(id)) apart += often;
    if (inBranch.has(id)) continue;
    const isOther = readOnly === "privileged" && pipeline.stages.get(id)!.privileged;
    if (kind === "parallel") {
      fanOuts += often;
      branches += often * widthOf(id) * new Set((pipeline.out.get(id) ?? []).map(({ to }) => to)).size;
    } else if (isOther) apart += tries;
    else if (kind !== "wait.human") trunk += tries * Math.min(timeout_minutes ?? jobMinutes, jobMinutes);
  }
  const more = Math.floor(trunk / jobMinutes);
  // All that the trunk does between fan-outs, questions and the ends of jobs.
  if (readOnly === "all") apart += 1 + fanOuts + questions + more;
  const counts = { fanOuts: fanOuts + apart, branches: branches + apart, questions, more };
  const jobs = mostJobs(counts, rules);
  return Number.isFinite(jobs) ? { jobs, minutes: jobs * jobMinutes } : { jobs: null, minutes: null };
}

type Permissions = PlannedWorkflow["permissions"];
type Rights = Permissions[string];

/** What each kind of job is given, and no other. */
function permissionsOf({ config }: OnGitHub, coordinator: RoundRules["coordinator"]): Permissions {
  const readOnly = readOnlyOf(config);
  const finds: Rights = readOnly === "none" ? {} : { actions: "read" };
  const work: Rights = { contents: "write" };
  const reads: Rights = {
    contents: "read",
    ...(config.jobs?.copilot_requests ? { "copilot-requests": "write" as const } : {}),
  };
  const decides: Rights =
    coordinator === "app"
      ? { ...work, ...finds }
      : { contents: "write", actions: "write", checks: "write", issues: "write", "pull-requests": "write" };
  return {
    Trunk: { ...work, ...finds },
    Branches: readOnly === "all" ? reads : work,
    ...(readOnly === "privileged" ? { Privileged: reads } : {}),
    Next: decides,
    Command: coordinator === "app" ? { contents: "write", actions: "read" } : decides,
  };
}
