/** What the coordinator needs where a job of the workflow is it: GitHub with the job's own token, the run's refs (R-GH-5). */
import { getOctokit } from "@actions/github";
import { machineClock } from "../../engine/clock.ts";
import type { Ledger } from "../../engine/ledger/port.ts";
import { actionsPort } from "../../github/api/actions.ts";
import type { ReadPinned } from "../../github/api/contents.ts";
import { type GitHub, gitHub } from "../../github/api/request.ts";
import { sweepSchedule } from "../../github/api/sweep-schedule.ts";
import type { CoordinatorPorts } from "../../github/coordinator/ports.ts";
import { pinnedPipeline } from "../../github/graph-source.ts";
import { gitData } from "../../github/ledger/git-data.ts";
import { openRunIds } from "../../github/ledger/open-runs.ts";
import type { JobPorts } from "../ports.ts";
import { type Tell, teller } from "./notify.ts";
import type { Remote } from "./remote.ts";

export const jobGitHub = ({ inputs, job }: Pick<JobPorts, "inputs" | "job">): GitHub =>
  gitHub(getOctokit(inputs.token, { baseUrl: job.apiUrl }), job.repository);

/** How this job speaks to people. */
export function jobTeller(ports: JobPorts): Tell {
  const github = jobGitHub(ports);
  return teller(ports, { github, git: gitData(github), readAt: pinnedReader(ports.remote) });
}

const pinnedReader =
  (remote: Remote) =>
  (sha: string): ReadPinned =>
  async (path) => {
    await remote.fetchCommits([sha]);
    return remote.readFile(sha, path);
  };

export async function coordinatorPorts(ports: JobPorts, ledger: Ledger): Promise<CoordinatorPorts> {
  const { remote, job } = ports;
  const github = jobGitHub(ports);
  const git = gitData(github);
  const readAt = pinnedReader(remote);
  return {
    ledger,
    actions: actionsPort(github),
    clock: machineClock,
    children: {
      ledger: remote.ledger,
      readAt,
      openRuns: () => openRunIds(git),
    },
    pipeline: (started) => pinnedPipeline(started, readAt(started.github?.graph_sha ?? job.sha)),
    // `lookAtRun` puts its own here: in a job people are told once, after the work is published.
    speak: async () => undefined,
    ensureSweeps: sweepSchedule(github, ports.say.notice).enable,
    tried: new Map(),
  };
}
