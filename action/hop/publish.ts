/** The run's work where people see it, with the job's own token; the same code as the app's (R-GH-12). */
import { getOctokit } from "@actions/github";
import { type RunState, TRUNK } from "../../engine/core/state.ts";
import { codeRef, DEFAULT_REF_PREFIX } from "../../engine/git/names.ts";
import { isAncestor } from "../../engine/git/objects.ts";
import { pullsOf } from "../../github/api/pulls.ts";
import { gitHub } from "../../github/api/request.ts";
import { gitData } from "../../github/ledger/git-data.ts";
import { publishWork } from "../../github/publish.ts";
import type { JobPorts } from "../ports.ts";
import type { ClaimedHop } from "./claim.ts";
import { configOf } from "./run-config.ts";

/** Says where the work is, or why it could not be put there; null when there is none. */
export async function publish(
  ports: JobPorts,
  { started, runId }: Pick<ClaimedHop, "started" | "runId">,
  state: RunState,
): Promise<string | null> {
  const commit = state.scopes.get(TRUNK)?.commit ?? null;
  if (commit === null || commit === started.base_sha) return null;
  const { job, inputs, remote, redact } = ports;
  const kept = `it stays at ${codeRef(DEFAULT_REF_PREFIX, runId)}`;
  try {
    const code = await remote.code(runId);
    if (code === null || !(await isAncestor(remote.repo.git, commit, code)))
      return "the work was not published: the remote does not have it";
    const asWho = (token: string) => gitHub(getOctokit(token, { baseUrl: job.apiUrl }), job.repository);
    const { git } = await configOf(ports, started);
    const published = await publishWork(
      {
        git: gitData(asWho(inputs.token)),
        // One of the user's own: what a job's token opens starts no workflow, and a hop's may open none.
        pulls: pullsOf(asWho(inputs.pullRequestToken === "" ? inputs.token : inputs.pullRequestToken)),
        config: git,
      },
      state,
    );
    return published === null ? null : redact(published.said);
  } catch (error) {
    return redact(
      `the work was not published: ${error instanceof Error ? error.message : String(error)}; ${kept}`,
    );
  }
}
