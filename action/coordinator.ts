/** The parent of the run inside the workflow, with the job's own token (R-GH-5). */
import { getOctokit } from "@actions/github";
import type { CoordinatorPorts } from "../app/coordinator/ports.ts";
import { actionsPort } from "../app/github/actions.ts";
import { type GitHub, gitHub } from "../app/github/request.ts";
import { pinnedPipeline } from "../app/source.ts";
import { machineClock } from "../engine/drive/clock.ts";
import type { Ledger } from "../engine/ledger/port.ts";
import type { JobPorts } from "./ports.ts";

const jobGitHub = ({ inputs, job }: Pick<JobPorts, "inputs" | "job">): GitHub =>
  gitHub(getOctokit(inputs.token, { baseUrl: job.apiUrl }), job.repository);

export async function coordinatorPorts(ports: JobPorts, ledger: Ledger): Promise<CoordinatorPorts> {
  const { remote, job } = ports;
  return {
    ledger,
    actions: actionsPort(jobGitHub(ports)),
    clock: machineClock,
    pipeline: async (started) => {
      const sha = started.github?.graph_sha ?? job.sha;
      await remote.fetchCommits([sha]);
      return pinnedPipeline(started, (path) => remote.readFile(sha, path));
    },
    speak: async () => undefined,
    dispatched: new Map(),
  };
}
