/** What a job's own token may do by the repository's settings, where no `permissions:` says: and what no `permissions:` gives. */
import { z } from "zod";
import type { Config } from "../../engine/config/schema.ts";
import type { SetupFinding } from "./caller-findings.ts";
import { type GitHubAccess, readSetting } from "./github-findings.ts";
import { type OurJob, ourJobs, readWorkflow, triggersOf, type Workflow, wholeRuns } from "./read-caller.ts";

const Defaults = z.object({
  default_workflow_permissions: z.enum(["read", "write"]),
  can_approve_pull_request_reviews: z.boolean(),
});
const Approval = z.object({ approval_policy: z.string() });

export interface TokenSetup {
  /** The workflow of hops, and the action that its jobs run. */
  readonly file: string;
  readonly action: string | null;
  readonly config: Config;
  /** All of the checkout, path to text. */
  readonly workflows: Iterable<readonly [string, string]>;
}

export async function tokenFindings(access: GitHubAccess, setup: TokenSetup): Promise<SetupFinding[]> {
  const workflows = [...setup.workflows].flatMap(([file, text]) => {
    const workflow = readWorkflow(text);
    return workflow === null ? [] : [{ file, workflow }];
  });
  const defaults = await readSetting(access, "permissions/workflow", Defaults);
  // Who may not read one setting may read none: that is said once, of the actions that may run.
  if (typeof defaults === "string") return [];
  const reads = defaults.default_workflow_permissions === "read";
  const opens = defaults.can_approve_pull_request_reviews;
  const alone = workflows.map((one) => ({ ...one, jobs: wholeRuns(one.workflow, setup.action) }));
  return [
    ...(opens ? [] : pullFindings(setup)),
    ...(reads ? workflows.flatMap(({ file, workflow }) => hopsOnlyRead(file, workflow)) : []),
    ...(reads ? alone.flatMap(({ file, workflow, jobs }) => aloneOnlyReads(file, workflow, jobs)) : []),
    ...(await forkFindings(access, alone)),
  ];
}

function pullFindings({ file, config: { git, jobs } }: TokenSetup): SetupFinding[] {
  const asks = git.publish === "pull_request" && jobs?.coordinator !== "app";
  if (!asks || jobs?.pull_request_token !== undefined) return [];
  const title =
    "git.publish asks for a pull request, and the repository lets no job's own token open one: the work stays on its branch";
  const advice =
    'Settings, Actions, General: "Allow GitHub Actions to create and approve pull requests"; or jobs.pull_request_token, with which its checks start at once';
  return [{ code: "PULLS_NOT_ALLOWED", severity: "warning", file, title, advice }];
}

const unsaid = ({ permissions }: Workflow, jobs: readonly OurJob[]): string[] =>
  permissions === undefined
    ? jobs.filter(({ job }) => job.permissions === undefined).map(({ name }) => name)
    : [];

function hopsOnlyRead(file: string, workflow: Workflow): SetupFinding[] {
  const names = unsaid(workflow, ourJobs(workflow));
  if (names.length === 0) return [];
  const title = `${names.join(", ")}: no permissions are named, and the repository's default token only reads`;
  const advice = "name them as `attractor init` writes them";
  return [{ code: "CALLER_PERMISSIONS", severity: "error", file, title, advice }];
}

/** A run is possible so, and may be meant so. */
function aloneOnlyReads(file: string, workflow: Workflow, jobs: readonly OurJob[]): SetupFinding[] {
  const names = unsaid(workflow, jobs);
  if (names.length === 0) return [];
  const title = `${names.join(", ")}: no permissions are named, and the repository's default token only reads: a run and its work are in the job's artifact alone`;
  const advice = "add permissions: { contents: write } to have them in the repository";
  return [{ code: "DEFAULT_TOKEN_READS", severity: "info", file, title, advice }];
}

const WHO: Readonly<Record<string, string>> = {
  first_time_contributors_new_to_github: "people who are new to GitHub",
  first_time_contributors: "people who never contributed here",
  all_external_contributors: "everybody outside of the repository",
};

async function forkFindings(
  access: GitHubAccess,
  alone: readonly { readonly file: string; readonly workflow: Workflow; readonly jobs: readonly OurJob[] }[],
): Promise<SetupFinding[]> {
  const files = alone.filter(
    ({ workflow, jobs }) => jobs.length > 0 && triggersOf(workflow).includes("pull_request"),
  );
  if (files.length === 0) return [];
  const found = await readSetting(access, "permissions/fork-pr-contributor-approval", Approval);
  if (typeof found === "string") return [];
  const who = WHO[found.approval_policy] ?? found.approval_policy;
  return files.map(({ file }) => ({
    code: "FORKS_WAIT",
    severity: "info",
    file,
    title: `on pull requests from forks of ${who} it starts once a maintainer approves, without secrets and with a token that only reads`,
    advice: "that is GitHub's rule; a comment of somebody who may write starts a run in hops at once",
  }));
}
