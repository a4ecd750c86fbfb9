import { describe, expect, it } from "vitest";
import { deadlineOf, jobTime } from "../../action/work/job-time.ts";
import type { AttemptResult } from "../../engine/core/outcome.ts";

const MINUTE = 60_000;

/** Attempts in a job of six hours, each with what it took; what it answers is that its time was up. */
async function attempts(...took: readonly number[]): Promise<AttemptResult[]> {
  let now = 0;
  const time = jobTime(deadlineOf(0, 360), () => now);
  const results: AttemptResult[] = [];
  for (const ms of took)
    results.push(
      await time.attempt({ node: "a", timeoutMs: null }, async () => {
        now += ms;
        const outcome = { status: "fail", failure_reason: "no answer came" } as const;
        return { outcome, evidence: { timed_out: true }, durationMs: ms };
      }),
    );
  return results;
}

describe("an attempt that timed out", () => {
  it("R-GH-11: in the middle of the job has failed by itself: it is neither the job's fault nor begun again for nothing", async () => {
    const [first, second] = await attempts(MINUTE, MINUTE);
    for (const result of [first, second])
      expect(result).toMatchObject({
        outcome: { failure_reason: "no answer came" },
        evidence: { timed_out: true },
      });
  });

  it("R-GH-11: at the job's end has failed when it was the job's first, and is begun again in the next when it was not", async () => {
    const [only] = await attempts(355 * MINUTE);
    expect(only).toMatchObject({
      outcome: { failure_reason: expect.stringContaining("took all the time of a job of 360 minutes") },
      evidence: { timed_out: true },
    });
    const [, late] = await attempts(MINUTE, 354 * MINUTE);
    expect(late).toMatchObject({
      outcome: { failure_reason: expect.stringContaining("the job's time was up") },
      evidence: { lost: true },
    });
  });
});
