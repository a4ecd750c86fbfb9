/** How many jobs it took, and how long they waited for their runners. */
import { jobsOf, type ProbeJob } from "../probe-run.ts";
import type { See } from "./assumptions.ts";
import { plannedJobs } from "./jobs-planned.ts";
import type { Playing } from "./playing.ts";

export async function jobsSeen({ caller, rounds, limits }: Playing, ids: readonly number[], see: See) {
  const all = await Promise.all(ids.map((id) => jobsOf(caller.github, id)));
  const billed = all.flat().filter(isBilled);
  const planned = plannedJobs(rounds);
  see(
    "jobs",
    billed.length === planned,
    `${billed.length} jobs in ${ids.length} workflow runs, ${planned} planned`,
  );
  const waited = Math.max(...billed.map(queuedMs));
  see("queue", waited <= limits.queue, `the longest wait for a runner was ${Math.round(waited / 1000)} s`);
}

const isBilled = ({ conclusion, runner_id }: ProbeJob): boolean =>
  conclusion !== "skipped" && (runner_id ?? 0) > 0;

const queuedMs = ({ created_at, started_at }: ProbeJob): number =>
  created_at && started_at ? Date.parse(started_at) - Date.parse(created_at) : 0;
