/**
 * A run's work where people see it, as the configuration asks: on the run's own branch, in a pull request, or on the head
 * of the pull request it began on. Forward from commits that the run has seen, or not at all (R-GH-12).
 */
import type { Config } from "../engine/config/schema.ts";
import type { RunState } from "../engine/core/state.ts";
import { codeRef, DEFAULT_REF_PREFIX } from "../engine/git/names.ts";
import type { RefUpdate } from "../engine/git/refs.ts";
import { wantsWorkflowsRight } from "../engine/ledger/git/refusal.ts";
import { messageOf } from "../engine/message-of.ts";
import type { NextStep } from "../engine/report/model.ts";
import { type Pulls, PullsRefusedError } from "./api/pulls.ts";
import { branchOf, fetchWork, WANTED, workOf } from "./delivery.ts";
import { type GitData, statusOf } from "./ledger/git-data.ts";

export interface PublishPorts {
  readonly git: Pick<GitData, "ref" | "createRef" | "moveRef">;
  readonly pulls: Pulls;
  /** Pull requests are opened with a job's own token. */
  readonly asJob: boolean;
  readonly config: Pick<Config["git"], "publish" | "run_branch_prefix">;
  /** By git, which brings commits that GitHub does not have; null once it is there, else why not. */
  readonly push?: (update: RefUpdate) => Promise<string | null>;
}

interface Work {
  readonly commit: string;
  readonly branch: string;
  readonly state: RunState;
}

export interface Published {
  /** Where the work is, and why it is not where it was asked to be. */
  readonly said: string;
  readonly onHead: boolean;
  /** The pull request that was opened for it. */
  readonly pull?: number;
  /** Where it is on no branch: how to have it. */
  readonly fetch?: NextStep;
}

/** Null when there is no work, or the run goes on. */
export async function publishWork(ports: PublishPorts, state: RunState): Promise<Published | null> {
  const made = workOf(state);
  if (made === null || !state.ended) return null;
  const branch = branchOf(state, ports.config.run_branch_prefix);
  const work: Work = { commit: made.commit, branch, state };
  const asked = state.ended.status === "success" ? ports.config.publish : "branch";
  const onHead = asked === "pull_request_head" ? await explained(() => toHead(ports, work)) : null;
  if (onHead?.done) return { said: onHead.said, onHead: true };
  const onBranch = await toBranch(ports, work);
  const pull = asked === "pull_request" && onBranch.done ? await explained(() => toPull(ports, work)) : null;
  return {
    said: [onHead?.said, onBranch.said, pull?.said].filter((said) => said !== undefined).join("; "),
    onHead: false,
    ...(pull?.number === undefined ? {} : { pull: pull.number }),
    ...(onBranch.done ? {} : { fetch: fetchWork(state, made, await isCarried(ports, work)) }),
  };
}

/** No ref of the run holds the commit: it is in the ledger's tree. */
const isCarried = async ({ git }: PublishPorts, { commit, state }: Work): Promise<boolean> =>
  (await git.ref(codeRef(DEFAULT_REF_PREFIX, state.runId))) !== commit;

interface Said {
  readonly done: boolean;
  readonly said: string;
  readonly number?: number;
}
const done = (said: string): Said => ({ done: true, said });
const not = (said: string): Said => ({ done: false, said });

async function toBranch(ports: PublishPorts, work: Work): Promise<Said> {
  const { git, push } = ports;
  const { branch, commit } = work;
  const ref = `refs/heads/${branch}`;
  const here = done(`the work is on branch ${branch}`);
  let at: string | null = null;
  let why = `a rule of the repository keeps branch ${branch} from being made`;
  try {
    if ((await git.createRef(ref, commit)) === "created") return here;
    at = await git.ref(ref);
    if (at === commit) return here;
    if (at !== null) {
      if (await git.moveRef(ref, commit)) return here;
      why = `branch ${branch} has commits that the run has not seen`;
    }
  } catch (error) {
    if (![403, 409, 422].includes(statusOf(error))) throw error;
    why = messageOf(error);
  }
  const carried = await isCarried(ports, work);
  if (!carried && !wantsWorkflowsRight(why))
    return not(`the work was not published on branch ${branch}: ${why}`);
  const refused = push === undefined ? null : await push({ ref, from: at, to: commit });
  if (push !== undefined && refused === null) return here;
  const more = refused === null || wantsWorkflowsRight(refused) ? "" : ` (${refused})`;
  return not(`the work was not published on branch ${branch}: ${WANTED}${more}`);
}

/** Onto the commit that the run was given, and no other: GitHub moves the branch forward only, and it stood there. */
async function toHead({ git, push }: PublishPorts, { commit, state }: Work): Promise<Said> {
  const { pull_request: number, head_sha: pinned, head_ref: branch } = state.started?.github ?? {};
  if (number === undefined || pinned === undefined || branch === undefined)
    return not("the run began on no pull request of this repository, so that there is no head to push to");
  const where = `${branch}, the head of #${number}`;
  const here = done(`the work is on ${where}`);
  const ref = `refs/heads/${branch}`;
  const at = await git.ref(ref);
  if (at === commit) return here;
  if (at !== pinned || state.started?.base_sha !== pinned)
    return not(`${where}, has commits that the run has not seen`);
  if (await git.moveRef(ref, commit)) return here;
  // That branch has these workflow files: a push may go where a new ref was refused.
  const refused = push === undefined ? "" : await push({ ref, from: at, to: commit });
  return refused === null
    ? here
    : not(`${where}, was moved while the work was pushed, or may not be pushed to ${refused}`.trim());
}

/** GitHub starts no workflow for what a job's own token does, but holds those of its pull requests. */
const HELD =
  "its checks wait until somebody approves them on it, as a job's own token opened it: with pull-request-token or the app they start at once";

async function toPull({ pulls, asJob }: PublishPorts, { branch, state }: Work): Promise<Said> {
  const { github, graph } = state.started!;
  const known = await pulls.from(branch);
  const number =
    known ??
    (await pulls.open({
      head: branch,
      base: github?.head_ref ?? (github?.workflow_ref ?? "").replace(/^refs\/heads\//, ""),
      title: `${graph.path ?? graph.name} (run ${state.runId})`,
      body: `The work of run \`${state.runId}\`.`,
    }));
  const held = asJob && known === null ? ` (${HELD})` : "";
  return { ...done(`pull request #${number}${held}`), number };
}

async function explained(work: () => Promise<Said>): Promise<Said> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof PullsRefusedError) return not(`${error.message} (${error.fix})`);
    if (![403, 404, 409, 422].includes(statusOf(error))) throw error;
    return not(messageOf(error));
  }
}
