/** What people did to a workflow run, which its conclusion does not tell: cancelled it, or refused its jobs an environment. */
import { z } from "zod";
import type { ActionsPort } from "../coordinator/ports.ts";
import { statusOf } from "../ledger/git-data.ts";
import type { GitHub } from "./request.ts";

/** The job of the caller that only runs where somebody cancelled. */
const CANCELED_JOB = "Canceled";
/** Jobs of ours that may need an environment. */
const WORKS = /^(?:Trunk|Branches|Privileged)\b/;
const TRUNK = /^Trunk (\d+)$/;
/** Of a round; with its leg behind the number. */
const BESIDE = /^(?:Branches|Privileged) (\d+)\b/;
const MOST_PAGES = 4;

const RUN = "GET /repos/{owner}/{repo}/actions/runs/{run_id}";
const Job = z.object({
  name: z.string(),
  conclusion: z.string().nullable(),
  steps: z.array(z.unknown()).default([]),
});
const Jobs = z.object({ jobs: z.array(Job) });
const Reviews = z.array(
  z.object({
    state: z.string(),
    comment: z.string().default(""),
    environments: z.array(z.object({ name: z.string() })),
    user: z.object({ login: z.string() }).nullable(),
  }),
);

type Verdicts = Pick<ActionsPort, "wasCanceled" | "refusal" | "unheard">;

export function runVerdicts(github: GitHub): Verdicts {
  /** Of the latest attempt. */
  async function jobs(id: string): Promise<z.infer<typeof Job>[]> {
    const found: z.infer<typeof Job>[] = [];
    for (let page = 1; page <= MOST_PAGES; page++) {
      const { data } = await github.request(`${RUN}/jobs`, { run_id: Number(id), per_page: 100, page });
      const listed = Jobs.parse(data).jobs;
      found.push(...listed);
      if (listed.length < 100) break;
    }
    return found;
  }
  return {
    async wasCanceled(id) {
      const job = (await jobs(id)).find(({ name }) => name === CANCELED_JOB);
      // Where no job tells, as in a caller of somebody's own, the conclusion has to.
      return job?.conclusion !== "skipped";
    },
    async refusal(id) {
      const rejected = (await reviews(github, id)).find(({ state }) => state === "rejected");
      if (rejected === undefined) return null;
      // An environment of another job of that file is no matter of the run.
      const stopped = (await jobs(id)).some(
        ({ name, conclusion, steps }) => conclusion === "failure" && steps.length === 0 && WORKS.test(name),
      );
      return stopped ? wordsOf(rejected) : null;
    },
    async unheard(id) {
      const all = await jobs(id);
      const said = all.flatMap(({ name, conclusion }) =>
        conclusion === "success" ? (TRUNK.exec(name)?.[1] ?? []) : [],
      );
      const last = said.toSorted((a, b) => Number(a) - Number(b)).at(-1);
      const after = all.filter(({ name }) => BESIDE.exec(name)?.[1] === last);
      return (
        last !== undefined && after.length > 0 && after.every(({ conclusion }) => conclusion === "skipped")
      );
    },
  };
}

async function reviews(github: GitHub, id: string): Promise<z.infer<typeof Reviews>> {
  try {
    return Reviews.parse((await github.request(`${RUN}/approvals`, { run_id: Number(id) })).data);
  } catch (error) {
    // Gone, or not for this token to read.
    if ([403, 404].includes(statusOf(error))) return [];
    throw error;
  }
}

function wordsOf({ user, environments, comment }: z.infer<typeof Reviews>[number]): string {
  const names = environments.map(({ name }) => name).join(", ");
  const why = comment.trim() === "" ? "" : `: ${comment.trim().slice(0, 300)}`;
  return `${user === null ? "a reviewer" : `@${user.login}`} refused the run's jobs the environment ${names}${why}`;
}
