/** The workflow run of a probe: dispatched, watched, read, and deleted again. */
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { GitHub } from "../../github/api/request.ts";
import { statusOf } from "../../github/ledger/git-data.ts";

const RUN = "/repos/{owner}/{repo}/actions/runs/{run_id}";
const LOOK_EVERY_MS = 2000;
const TRIES = 5;
/** Nobody takes a job by then, or it takes for ever. */
const MOST_QUEUED_MS = 5 * 60_000;
const MOST_MS = 10 * 60_000;
/** What a cancelled run may take to end. */
const MOST_CANCELING_MS = 60_000;

const Run = z.object({
  id: z.number(),
  status: z.string().nullable(),
  conclusion: z.string().nullable(),
  html_url: z.string(),
  display_title: z.string().default(""),
  created_at: z.string(),
  updated_at: z.string(),
});
export type ProbeRun = z.infer<typeof Run>;
const Runs = z.object({ workflow_runs: z.array(Run) });
const Dispatched = z.object({ workflow_run_id: z.number() });
const Job = z.object({
  id: z.number(),
  name: z.string(),
  status: z.string(),
  conclusion: z.string().nullable(),
  created_at: z.string().nullish(),
  started_at: z.string().nullish(),
  runner_id: z.number().nullish(),
});
export type ProbeJob = z.infer<typeof Job>;
const Jobs = z.object({ jobs: z.array(Job) });

export interface Caller {
  readonly github: GitHub;
  /** The file's name, by which GitHub knows the workflow. */
  readonly workflow: string;
  readonly branch: string;
}

/**
 * The id of the workflow run; null when GitHub took it, or may have, and shows none with `title`. A refusal is thrown.
 */
export async function dispatch(
  caller: Caller,
  inputs: Readonly<Record<string, string>>,
  title: string,
): Promise<number | null> {
  const { github, workflow, branch } = caller;
  try {
    const { data } = await github.request(
      "POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches",
      {
        workflow_id: workflow,
        ref: branch,
        inputs,
        return_run_details: true,
        request: { retries: 0 },
      },
    );
    const known = Dispatched.safeParse(data);
    if (known.success) return known.data.workflow_run_id;
  } catch (error) {
    if (statusOf(error) >= 400 && statusOf(error) < 500) throw error;
  }
  for (let tries = 1; tries <= TRIES; tries++) {
    const found = (await runsOf(caller)).find((run) => run.display_title.includes(title));
    if (found) return found.id;
    await sleep(LOOK_EVERY_MS);
  }
  return null;
}

export const dispatchProbe = (caller: Caller, name: string): Promise<number | null> =>
  dispatch(caller, { hop: JSON.stringify({ v: 1, probe: true, run: name, hop: 0, epoch: 0 }) }, name);

/** The newest hundred. */
export async function runsOf(
  { github, workflow }: Pick<Caller, "github" | "workflow">,
  event = "workflow_dispatch",
): Promise<ProbeRun[]> {
  const { data } = await github.request("GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs", {
    workflow_id: workflow,
    event,
    per_page: 100,
  });
  return Runs.parse(data).workflow_runs;
}

export const runOf = async (github: GitHub, id: number): Promise<ProbeRun> =>
  Run.parse((await github.request(`GET ${RUN}`, { run_id: id })).data);

export const pageOf = ({ owner, repo }: GitHub, id: number): string =>
  `${process.env.GITHUB_SERVER_URL ?? "https://github.com"}/${owner}/${repo}/actions/runs/${id}`;

export interface Over {
  readonly run: ProbeRun;
  /** Why it was not waited for any longer; null when it ended by itself or was stopped from here. */
  readonly why: string | null;
}

/** Looks until it is completed; cancels it when nobody waits for it any longer, or nobody takes it. */
export async function untilOver(github: GitHub, id: number, stop: AbortSignal): Promise<Over> {
  const began = performance.now();
  let canceledAt = Number.POSITIVE_INFINITY;
  let why: string | null = null;
  for (let failed = 0; ; ) {
    let run: ProbeRun;
    try {
      run = await runOf(github, id);
      failed = 0;
    } catch (error) {
      // An answer that did not come is none about the run.
      if (++failed >= TRIES) throw error;
      await sleep(LOOK_EVERY_MS);
      continue;
    }
    const age = performance.now() - began;
    if (run.status === "completed" || age - canceledAt > MOST_CANCELING_MS) return { run, why };
    if (canceledAt > age) {
      why = await tooLong(github, run, age);
      if (why !== null || stop.aborted) {
        await cancelRun(github, id);
        canceledAt = age;
      }
    }
    await sleep(LOOK_EVERY_MS, undefined, stop.aborted ? {} : { signal: stop }).catch(() => undefined);
  }
}

async function tooLong(github: GitHub, { id, html_url }: ProbeRun, age: number): Promise<string | null> {
  if (age > MOST_MS) return `its workflow run was not over after ${MOST_MS / 60_000} minutes: ${html_url}`;
  if (age <= MOST_QUEUED_MS) return null;
  const waiting = (await jobsOf(github, id).catch(() => [{ status: "in_progress" }])).every(
    ({ status }) => status !== "in_progress",
  );
  return waiting
    ? `no runner took its job in ${MOST_QUEUED_MS / 60_000} minutes; is there one with the caller's runs-on? ${html_url}`
    : null;
}

export async function jobsOf(github: GitHub, id: number): Promise<ProbeJob[]> {
  const { data } = await github.request(`GET ${RUN}/jobs`, { run_id: id, per_page: 100 });
  return Jobs.parse(data).jobs;
}

/** What `read` finds in the log of one of its jobs; a log may come some time after its job. */
export async function inLogs<T>(
  github: GitHub,
  run: ProbeRun,
  read: (log: string) => T | null,
): Promise<T | null> {
  for (let tries = 1; tries <= TRIES; tries++) {
    const jobs = await jobsOf(github, run.id).catch(() => null);
    const ran = jobs?.filter(({ conclusion }) => conclusion !== "skipped") ?? [];
    if (jobs?.length === 0) return null;
    for (const { id } of ran) {
      const found = read(await logOf(github, id));
      if (found !== null) return found;
    }
    await sleep(LOOK_EVERY_MS);
  }
  return null;
}

async function logOf(github: GitHub, job: number): Promise<string> {
  try {
    const { data } = await github.request("GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs", {
      job_id: job,
    });
    return typeof data === "string" ? data : Buffer.from(data as ArrayBuffer).toString("utf8");
  } catch {
    return "";
  }
}

export const cancelRun = (github: GitHub, id: number): Promise<void> =>
  github.request(`POST ${RUN}/cancel`, { run_id: id }).then(
    () => undefined,
    () => undefined,
  );

/** Ends it whatever its jobs' conditions say. */
export const stopRun = (github: GitHub, id: number): Promise<void> =>
  github.request(`POST ${RUN}/force-cancel`, { run_id: id }).then(
    () => undefined,
    () => cancelRun(github, id),
  );

export async function removeRun(github: GitHub, id: number): Promise<boolean> {
  for (let tries = 1; tries <= TRIES; tries++) {
    try {
      await github.request(`DELETE ${RUN}`, { run_id: id });
      return true;
    } catch (error) {
      if (statusOf(error) === 404) return true;
      await sleep(LOOK_EVERY_MS);
    }
  }
  return false;
}
