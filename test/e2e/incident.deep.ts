/** The incident's run with each of its jobs struck in turn. With ATTRACTOR_TESTS=share one of the strikes, at a fresh moment. */

import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { Job } from "../../box/state/records.ts";
import { chance } from "../sim/random.ts";
import { endsOf, expectEnded, incident, JOBS } from "./incident.ts";
import { allRuns, gitOf, ledgerOf, story } from "./inspect.ts";
import { loseRunner, sweepUntilOver, until } from "./moments.ts";
import type { Scene } from "./support.ts";

const ALL = [
  ...JOBS[4].map((job) => ({ rounds: 4 as const, ...job })),
  // With one round: what that adds.
  ...JOBS[1].slice(-2).map((job) => ({ rounds: 1 as const, ...job })),
];
const STRIKES = [
  ...["lost", "cancelled"].flatMap((how) => ALL.map((job) => ({ how, ...job }))),
  // Cancelled in its second trunk job, and the job that ends it is lost.
  { how: "canceled lost", rounds: 4, hop: 1, name: "Trunk 2" } as const,
];
const share = process.env.ATTRACTOR_TESTS === "share";
const seed = Number(process.env.STRIKE_SEED ?? (share ? Math.floor(Math.random() * 1e9) : 1));
const luck = chance(seed);
/** A job takes about that long; some moments come after its end, and strike nothing. */
const LATEST_MS = 2_000;

/** The job once it runs, in that attempt of the hop; null when the run was over before. */
async function running(s: Scene, hop: number, name: string): Promise<Job | null> {
  for (let still = 0; still < 200; still++) {
    const workflowRun = [...s.repository.runs.values()][hop - 1];
    const job = workflowRun?.attempts.at(-1)?.jobs.find((one) => one.name.startsWith(name));
    if (job?.status === "in_progress") return job;
    if (job?.status === "completed") return null;
    if (
      workflowRun ||
      [...s.repository.runs.values()].some((run) => run.attempts.at(-1)?.status !== "completed")
    )
      still = 0;
    await sleep(10);
  }
  return null;
}

async function strike({ how, rounds, hop, name }: (typeof STRIKES)[number], afterMs: number): Promise<void> {
  const { s, run } = await incident(rounds);
  const job = await running(s, hop, name);
  // Before its claim there is no run that could end.
  await until(() => gitOf(s, "for-each-ref", `refs/attractor/${run}/trunk`) !== "");
  await sleep(afterMs);
  const struck = job?.status === "in_progress";
  console.log(`${how} ${hop} ${name} after ${Math.round(afterMs)} ms: ${struck ? "struck" : "it was over"}`);
  if (job && struck) {
    if (how === "lost") await loseRunner(s, job);
    else s.executor.cancel(job.run.id, "cancel");
    const last = how === "canceled lost" ? await running(s, hop, "Canceled") : null;
    if (last) await loseRunner(s, last);
  }
  await allRuns(s);
  await sweepUntilOver(s, run);
  await allRuns(s);
  expectEnded(s, run);
  const log = ledgerOf(s, run);
  if (how === "lost") {
    expect(log.at(-1)?.event, story(s).slice(-20_000)).not.toBe("run_canceled");
    // What is lost is a runner and at most its branch: the others' results stand.
    const struckKey = /^Branches 1 \((\d+)/.exec(name)?.[1] ?? "none";
    for (const [n, status] of ["success", "success", "fail", "fail"].entries()) {
      const [end] = endsOf(log).filter((one) => one.branch_key.startsWith(`par/v1/0${n + 1}`));
      if (struckKey !== `0${n + 1}`) expect(end?.status, `${n} ${story(s).slice(-20_000)}`).toBe(status);
    }
  }
}

describe("the incident's run, struck", () => {
  const chosen = share ? [STRIKES[luck.below(STRIKES.length)]!] : STRIKES;
  it.each(chosen)(
    `R-LIFE-1, R-LIFE-3: in $rounds rounds, workflow run $hop, $name $how: an explicit end, a cause per branch, its final an artifact (seed ${seed})`,
    async (one) => {
      await strike(one, luck.between(0, LATEST_MS));
    },
  );
});
