/** What this job's own token may do: hidden refs made, seen by others and deleted, as every hop does it. */
import { setTimeout as sleep } from "node:timers/promises";
import { DEFAULT_REF_PREFIX } from "../../engine/git/names.ts";
import { fetchRef } from "../../engine/git/refs.ts";
import { wantsWorkflowsRight } from "../../engine/ledger/git/refusal.ts";
import { messageOf } from "../../engine/message-of.ts";
import { timed } from "../../github/api/request.ts";
import { gitData } from "../../github/ledger/git-data.ts";
import type { GitHubJob } from "../github-env.ts";
import { jobGitHub } from "../hop/coordinator.ts";
import { openRemote, type Remote } from "../hop/remote.ts";
import type { Inputs } from "../inputs.ts";
import type { Probe } from "./report.ts";

/** How long the API may go on showing what was before a push. */
const LAG_MS = 20_000;
const LOOK_EVERY_MS = 500;
const CALL_MS = 10_000;

export async function tokenProbes(
  job: GitHubJob,
  inputs: Inputs,
  name: string,
  redact: (text: string) => string,
): Promise<Probe[]> {
  const probes: Probe[] = [];
  const tell = (what: string, ok: boolean, said: string) =>
    void probes.push({ name: what, ok, said: redact(said) });
  const refs = ["job", "job-too"].map((ref) => `${DEFAULT_REF_PREFIX}/${name}/${ref}`);
  const remote = await openRemote(job, inputs.token, redact, []);
  const git = gitData(timed(jobGitHub({ job, inputs }), CALL_MS));
  let commit: string | null = null;
  try {
    // What is there already: nothing is made that nobody could delete.
    commit = await fetchRef(remote.repo, job.sha, "refs/seen/probe", "tip");
    await remote.move(refs.map((ref) => ({ ref, from: null, to: commit })));
    tell("hidden refs", true, "two were made in one push");
  } catch (error) {
    tell("hidden refs", false, messageOf(error));
    return probes;
  }
  const seen = await lag(() => git.ref(refs[0]!), commit);
  tell(
    "read by the API after a push",
    seen !== null,
    seen === null ? `not seen after ${LAG_MS / 1000} s` : `seen after ${seen} ms`,
  );
  try {
    await remote.move(refs.map((ref) => ({ ref, from: commit, to: null })));
    tell("deleted", true, "both are gone again");
  } catch (error) {
    tell("deleted", false, messageOf(error));
  }
  const ref = `${DEFAULT_REF_PREFIX}/${name}/job-workflows`;
  tell("other workflow files", true, await otherWorkflows(remote, job, ref).catch(messageOf));
  return probes;
}

const LOOK_BACK = 50;

/** Whether a ref takes a commit whose workflow files are not the default branch's; the product does well either way. */
async function otherWorkflows({ repo, move }: Remote, { sha }: GitHubJob, ref: string): Promise<string> {
  const history = "refs/seen/history";
  await repo.online([
    "fetch",
    "--quiet",
    "--no-tags",
    `--depth=${LOOK_BACK}`,
    repo.url,
    `+${sha}:${history}`,
  ]);
  const { stdout } = await repo.git(["log", "-1", "--format=%P", history, "--", ".github/workflows"]);
  const [before] = stdout.toString().trim().split(" ");
  if (!before) return `not probed: none of the last ${LOOK_BACK} commits changed a workflow file`;
  try {
    await move([{ ref, from: null, to: before }]);
  } catch (error) {
    if (!wantsWorkflowsRight(messageOf(error))) throw error;
    return "a hidden ref takes no commit with them: such a run's work is carried in its ledger, and published with pull-request-token alone";
  }
  await move([{ ref, from: before, to: null }]);
  return "a hidden ref takes a commit with them; a branch does with pull-request-token alone";
}

async function lag(held: () => Promise<string | null>, commit: string | null): Promise<number | null> {
  const began = performance.now();
  while ((await held().catch(() => null)) !== commit) {
    if (performance.now() - began > LAG_MS) return null;
    await sleep(LOOK_EVERY_MS);
  }
  return Math.round(performance.now() - began);
}
