/** What is wrong with a workflow that runs our action as hops: GitHub would say it late, or not at all. */
import { CALLER_INPUTS } from "../../github/workflows/init-files.ts";
import {
  isOwn,
  labelsOf,
  type OurJob,
  ourJobs,
  readWorkflow,
  triggersOf,
  type Workflow,
} from "./read-caller.ts";

export interface SetupFinding {
  readonly code: string;
  readonly severity: "error" | "warning" | "info";
  readonly file: string;
  readonly title: string;
  readonly advice: string;
}

/** What earlier versions wrote: a call of a workflow of ours, which GitHub refuses in most repositories. */
const OLD_CALL = /\/\.github\/workflows\/attractor(?:-readonly)?\.yml@/;
export const isOldCall = (text: string): boolean => OLD_CALL.test(text);

export const UPGRADE = "run `attractor init --upgrade`";

/** Of jobs that dispatch, and tell people; where the app does both they write to the log alone. */
const GOES_ON = ["contents", "actions", "checks", "issues", "pull-requests"];

/** What the job of a part writes with, and what it must be handed. */
const PARTS: Readonly<
  Record<string, { readonly writes: readonly string[]; readonly hands: readonly string[] }>
> = {
  trunk: { writes: ["contents"], hands: ["graph", "ref", "inputs", "budget", "hop"] },
  branch: { writes: ["contents"], hands: ["hop", "go", "leg"] },
  next: { writes: GOES_ON, hands: ["hop"] },
  command: { writes: GOES_ON, hands: ["command"] },
};
/** A trunk job of a later round goes on from the one before it. */
const LATER = ["hop", "go"];

/** Null: this workflow runs no hops. */
export function callerFindings(file: string, text: string): SetupFinding[] | null {
  const workflow = readWorkflow(text);
  if (workflow === null) return /\bpart:\s*trunk\b/.test(text) ? [unreadable(file)] : null;
  if (Object.values(workflow.jobs).some(({ uses }) => isOldCall(uses ?? ""))) return [oldCall(file)];
  const jobs = ourJobs(workflow);
  if (jobs.length === 0) return null;
  return [
    ...triggerFindings(file, workflow),
    ...titleFindings(file, workflow),
    ...missingJobs(file, jobs),
    ...jobs.flatMap((one) => jobFindings(file, workflow, one)),
    ...labelFindings(file, jobs),
    ...systemFindings(file, jobs),
  ];
}

const unreadable = (file: string): SetupFinding => ({
  code: "CALLER_UNREADABLE",
  severity: "error",
  file,
  title: "this is no workflow that GitHub can read",
  advice: "compare it with what `attractor init` writes",
});

const oldCall = (file: string): SetupFinding => ({
  code: "CALLER_OLD",
  severity: "error",
  file,
  title: "it calls a workflow of the action's repository, which only works with the releases that had one",
  advice: `${UPGRADE}: the jobs then stand in this file, and are yours`,
});

function triggerFindings(file: string, workflow: Workflow): SetupFinding[] {
  if (!triggersOf(workflow).includes("workflow_dispatch")) {
    const title = "hops are dispatched, and this workflow has no `on: workflow_dispatch`";
    const advice = "add workflow_dispatch with the inputs that `attractor init` writes";
    return [{ code: "CALLER_NOT_DISPATCHED", severity: "error", file, title, advice }];
  }
  const dispatch = (workflow.on as Record<string, { inputs?: Record<string, unknown> } | null>)
    .workflow_dispatch;
  const missing = CALLER_INPUTS.filter((name) => !Object.hasOwn(dispatch?.inputs ?? {}, name));
  if (missing.length === 0) return [];
  const title = `a dispatch names inputs that this workflow does not declare: ${missing.join(", ")}`;
  const advice = "declare them as strings with an empty default; GitHub refuses the dispatch otherwise (422)";
  return [{ code: "CALLER_INPUTS", severity: "error", file, title, advice }];
}

function titleFindings(file: string, workflow: Workflow): SetupFinding[] {
  if (/fromJSON\(inputs\.hop\)\.run/.test(workflow["run-name"] ?? "")) return [];
  const title = "run-name does not tell run and hop, so that a hop that failed to start cannot be found";
  const advice = "take run-name from what `attractor init` writes";
  return [{ code: "CALLER_TITLE", severity: "warning", file, title, advice }];
}

function missingJobs(file: string, jobs: readonly OurJob[]): SetupFinding[] {
  const there = new Set(jobs.map(({ part }) => part));
  const missing = ["trunk", "branch", "next", "command"].filter((part) => !there.has(part));
  if (missing.length === 0) return [];
  const title = `no job runs ${missing.map((part) => `part: ${part}`).join(", ")}, and a run needs each`;
  return [{ code: "CALLER_JOBS", severity: "error", file, title, advice: UPGRADE }];
}

function jobFindings(file: string, workflow: Workflow, { name, job, part, given }: OurJob): SetupFinding[] {
  const found: SetupFinding[] = [];
  const takesIn = Object.hasOwn(given, "read-only");
  const { hands } = PARTS[part]!;
  const isApp = given.coordinator === "app";
  const writes = PARTS[part]!.writes.filter((scope) => !isApp || scope === "contents");
  const permissions = job.permissions ?? workflow.permissions;
  const onlyReads = takesIn && part === "branch";
  const lacking = onlyReads ? [] : writes.filter((scope) => !grants(permissions, scope, "write"));
  if (lacking.length > 0) {
    const rights = lacking.map((scope) => `${scope}: write`).join(" and ");
    const title = `job ${name} has no ${rights}, which its part ${part} writes with`;
    const advice = `add permissions: { ${writes.map((scope) => `${scope}: write`).join(", ")} } to job ${name}`;
    found.push({ code: "CALLER_PERMISSIONS", severity: "error", file, title, advice });
  }
  if (takesIn && !onlyReads && lacking.length === 0 && !grants(permissions, "actions", "read")) {
    const title = `job ${name} has no actions: read, with which it finds what jobs left that may only read`;
    const advice = `add actions: read to the permissions of job ${name}`;
    found.push({ code: "CALLER_PERMISSIONS", severity: "error", file, title, advice });
  }
  const handed = Object.hasOwn(given, "go") && part === "trunk" ? LATER : hands;
  const missing = handed.filter((input) => !Object.hasOwn(given, input));
  if (missing.length > 0) {
    const title = `job ${name} does not hand on ${missing.join(", ")}`;
    found.push({ code: "CALLER_WITH", severity: "error", file, title, advice: UPGRADE });
  }
  return found;
}

/** As a user of their own. */
const runsStages = ({ part, given }: OurJob): boolean =>
  ["trunk", "branch"].includes(part) && given["read-only"] !== "all";

/** The action refuses them there, one job after the other. */
function systemFindings(file: string, jobs: readonly OurJob[]): SetupFinding[] {
  const there = jobs.filter(
    (one) => runsStages(one) && labelsOf(one.job).some((label) => /^(?:macos|windows)-/.test(label)),
  );
  if (there.length === 0) return [];
  const names = there.map(({ name }) => name).join(", ");
  const title = `${there.length === 1 ? "job" : "jobs"} ${names}: not on Linux, where alone stages can be a user of their own`;
  const advice =
    "jobs.runs_on: ubuntu-latest, or a Linux runner of your own; then `attractor init --upgrade`";
  return [{ code: "RUNNER_NOT_LINUX", severity: "error", file, title, advice }];
}

/** Each label of ours once, with the jobs that run there. */
function labelFindings(file: string, jobs: readonly OurJob[]): SetupFinding[] {
  const labels = new Set(jobs.flatMap(({ job }) => labelsOf(job).filter(isOwn)));
  return [...labels].map((label) => {
    const there = jobs.filter(({ job }) => labelsOf(job).includes(label));
    const names = there.map(({ name }) => name);
    const title = `${names.length === 1 ? "job" : "jobs"} ${names.join(", ")}: run on ${JSON.stringify(label)}, which GitHub does not host`;
    const advice = there.some(runsStages)
      ? "a runner of your own must carry that label, run Linux, and be root or have sudo without a password; jobs.contents: read needs neither"
      : "a runner of your own must carry that label";
    return { code: "RUNNER_LABEL", severity: "info", file, title, advice };
  });
}

/** Without `permissions` a repository's default applies, which nobody can read from here. */
function grants(given: Workflow["permissions"], scope: string, right: "read" | "write"): boolean {
  if (given === undefined || given === "write-all") return true;
  if (given === null || typeof given === "string") return right === "read" && given === "read-all";
  return given[scope] === "write" || given[scope] === right;
}
