/**
 * The coordinator where no app is installed and no job holds a hop: a comment, the end of a workflow run or the clock starts it, and it
 * looks at every open run, because a lost Next, a job that never started and a question's deadline have nobody else.
 */
import { getOctokit } from "@actions/github";
import { machineClock } from "../../engine/clock.ts";
import { gitHubClock } from "../../github/api/clock.ts";
import { withRateLimits } from "../../github/api/rate-limit.ts";
import { gitHub } from "../../github/api/request.ts";
import { sweepSchedule } from "../../github/api/sweep-schedule.ts";
import { onComment } from "../../github/host/comment.ts";
import { createHost } from "../../github/host/host.ts";
import { sleepWhenIdle } from "../../github/host/sleep-when-idle.ts";
import { gitData } from "../../github/ledger/git-data.ts";
import { openRunIds } from "../../github/ledger/open-runs.ts";
import type { JobPorts } from "../ports.ts";

/** The host keeps installations apart; a job's token is of one repository. */
const THIS_JOB = 0;

/** How far behind a list of refs may be. */
const BEHIND_MS = 5_000;

export async function runSweep({ job, inputs, redact, say, pause }: JobPorts): Promise<void> {
  const failures: string[] = [];
  const clock = gitHubClock(machineClock);
  const octokit = withRateLimits(getOctokit(inputs.token, { baseUrl: job.apiUrl }), {
    clock: { ...machineClock, now: machineClock.elapsed },
    ...{ gapMs: 0, renew: async () => undefined, count: () => undefined, heard: clock.heard },
  });
  const github = gitHub(octokit, job.repository);
  const schedule = sweepSchedule(github, say.notice);
  const host = createHost({
    octokit: async () => octokit,
    clock,
    redact,
    pageUrl: null,
    serverUrl: job.serverUrl,
    me: async () => "github-actions[bot]",
    coordinator: "workflow",
    ensureSweeps: schedule.enable,
    report: (message, error) => failures.push(`${message}: ${String(error)}`),
  });
  if (job.event === "issue_comment") {
    await say.step("Execute the comment", () =>
      onComment(host, { ...(job.payload as object), installation: { id: THIS_JOB } }).catch(
        (error: unknown) => {
          // The sweep, here or in a later job, takes it again.
          failures.push(`the comment was not executed: ${String(error)}`);
        },
      ),
    );
  }
  await say.step("Look at every open run", () =>
    host.sweep([{ id: THIS_JOB, repositories: [job.repository] }]),
  );
  await host.idle();
  const openRuns = () => openRunIds(gitData(github));
  const settle = () => pause(BEHIND_MS);
  await sleepWhenIdle({ schedule, openRuns, settle });
  if (failures.length > 0) say.fail(failures.join("\n"));
}
