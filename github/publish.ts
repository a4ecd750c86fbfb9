/**
 * A run's work where people see it, as the configuration asks: on the run's own branch, in a pull request, or on the head
 * of the pull request it began on. Forward from commits that the run has seen, or not at all (R-GH-12).
 */
import type { Config } from "../engine/config/schema.ts";
import { type RunState, TRUNK } from "../engine/core/state.ts";
import { runBranch } from "../engine/git/names.ts";
import { type Pulls, PullsRefusedError } from "./api/pulls.ts";
import { type GitData, statusOf } from "./ledger/git-data.ts";

export interface PublishPorts {
  readonly git: Pick<GitData, "ref" | "createRef" | "moveRef">;
  readonly pulls: Pulls;
  readonly config: Pick<Config["git"], "publish" | "run_branch_prefix">;
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
}

/** Null when there is no work. */
export async function publishWork(ports: PublishPorts, state: RunState): Promise<Published | null> {
  const { started, ended } = state;
  const commit = state.scopes.get(TRUNK)?.commit;
  if (!started || !ended || !commit || commit === started.base_sha) return null;
  const branch = started.run_branch ?? runBranch(ports.config.run_branch_prefix, state.runId);
  const work: Work = { commit, branch, state };
  const asked = ended.status === "success" ? ports.config.publish : "branch";
  const onHead = asked === "pull_request_head" ? await explained(() => toHead(ports, work)) : null;
  if (onHead?.done) return { said: onHead.said, onHead: true };
  const onBranch = await toBranch(ports, work);
  const pull = asked === "pull_request" && onBranch.done ? await explained(() => toPull(ports, work)) : null;
  return {
    said: [onHead?.said, onBranch.said, pull?.said].filter((said) => said !== undefined).join("; "),
    onHead: false,
    ...(pull?.number === undefined ? {} : { pull: pull.number }),
  };
}

interface Said {
  readonly done: boolean;
  readonly said: string;
  readonly number?: number;
}
const done = (said: string): Said => ({ done: true, said });
const not = (said: string): Said => ({ done: false, said });

async function toBranch({ git }: PublishPorts, { branch, commit }: Work): Promise<Said> {
  const ref = `refs/heads/${branch}`;
  try {
    const here = done(`the work is on branch ${branch}`);
    if ((await git.createRef(ref, commit)) === "created") return here;
    const at = await git.ref(ref);
    if (at === commit) return here;
    if (at === null)
      return not(
        `the work was not published: a rule of the repository keeps branch ${branch} from being made`,
      );
    return (await git.moveRef(ref, commit))
      ? here
      : not(`the work was not published: branch ${branch} has commits that the run has not seen`);
  } catch (error) {
    if (![403, 409, 422].includes(statusOf(error))) throw error;
    return not(`the work was not published on branch ${branch}: ${messageOf(error)}`);
  }
}

/** Onto the commit that the run was given, and no other: GitHub moves the branch forward only, and it stood there. */
async function toHead({ git }: PublishPorts, { commit, state }: Work): Promise<Said> {
  const { pull_request: number, head_sha: pinned, head_ref: branch } = state.started?.github ?? {};
  if (number === undefined || pinned === undefined || branch === undefined)
    return not("the run began on no pull request of this repository, so that there is no head to push to");
  const where = `${branch}, the head of #${number}`;
  const ref = `refs/heads/${branch}`;
  const at = await git.ref(ref);
  if (at === commit) return done(`the work is on ${where}`);
  if (at !== pinned || state.started?.base_sha !== pinned)
    return not(`${where}, has commits that the run has not seen`);
  return (await git.moveRef(ref, commit))
    ? done(`the work is on ${where}`)
    : not(`${where}, was moved while the work was pushed, or may not be pushed to`);
}

async function toPull({ pulls }: PublishPorts, { branch, state }: Work): Promise<Said> {
  const { github, graph } = state.started!;
  const known = await pulls.from(branch);
  if (known !== null) return { ...done(`pull request #${known}`), number: known };
  const number = await pulls.open({
    head: branch,
    base: github?.head_ref ?? (github?.workflow_ref ?? "").replace(/^refs\/heads\//, ""),
    title: `${graph.path ?? graph.name} (run ${state.runId})`,
    body: `The work of run \`${state.runId}\`.`,
  });
  return { ...done(`pull request #${number}`), number };
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

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
