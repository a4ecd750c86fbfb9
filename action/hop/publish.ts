/** The run's work where people see it, with the job's own token; the same code as the app's (R-GH-12). */
import { getOctokit } from "@actions/github";
import { type RunState, TRUNK } from "../../engine/core/state.ts";
import { isAncestor } from "../../engine/git/objects.ts";
import { messageOf } from "../../engine/message-of.ts";
import { pullsOf } from "../../github/api/pulls.ts";
import { gitHub } from "../../github/api/request.ts";
import { fetchWork, workOf } from "../../github/delivery.ts";
import { gitData } from "../../github/ledger/git-data.ts";
import { type Published, publishWork } from "../../github/publish.ts";
import type { JobPorts } from "../ports.ts";
import { takeInFork } from "./claim.ts";
import { pushWork } from "./push-work.ts";
import { configOf } from "./run-config.ts";

/** Where the work is, or why it could not be put there; null when there is none. */
export async function publish(ports: JobPorts, state: RunState): Promise<Published | null> {
  const work = workOf(state);
  const { started, runId } = state;
  if (work === null || started === null || state.scopes.get(TRUNK) === undefined) return null;
  const { job, inputs, remote, redact } = ports;
  const { commit } = work;
  const carried = await remote.carries(runId, commit);
  const not = (why: string): Published => ({
    said: redact(`the work was not published: ${why}`),
    onHead: false,
    fetch: fetchWork(state, work, carried),
  });
  try {
    await takeInFork(remote, started);
    const code = await remote.code(runId);
    if (!carried && (code === null || !(await isAncestor(remote.repo.git, commit, code))))
      return not("the remote does not have it");
    const asWho = (token: string) => gitHub(getOctokit(token, { baseUrl: job.apiUrl }), job.repository);
    const { git } = await configOf(ports, started);
    const published = await publishWork(
      {
        git: gitData(asWho(inputs.token)),
        // One of the user's own: what a job's token opens starts no workflow, and a hop's may open none.
        pulls: pullsOf(asWho(inputs.pullRequestToken === "" ? inputs.token : inputs.pullRequestToken)),
        asJob: inputs.pullRequestToken === "",
        config: git,
        push: (update) => pushWork(ports, started, update),
      },
      state,
    );
    return published && { ...published, said: redact(published.said) };
  } catch (error) {
    return not(messageOf(error));
  }
}
