import { describe, expect, it } from "vitest";
import { endsOf, expectEnded, incident, JOBS, type Rounds } from "./incident.ts";
import { allRuns, ledgerOf, story } from "./inspect.ts";
import { artifactsOf } from "./moments.ts";
import type { Scene } from "./support.ts";

const jobsOf = (s: Scene): string[] =>
  [...s.repository.runs.values()].flatMap((run, n) =>
    run.attempts[0]!.jobs.filter(({ conclusion }) => conclusion !== "skipped").map(
      ({ name }) => `${n + 1} ${/^(?:Trunk \d|Branches \d \(\d+|Next)/.exec(name)?.[0]}`,
    ),
  );

describe("the run that once ended without an end", () => {
  it.each<Rounds>([4, 1])(
    "R-LIFE-1: in %i rounds, a loop, four branches of which two hit their turn limits, and a join: explicit end, a cause per branch, artifacts complete",
    async (rounds) => {
      const { s, run } = await incident(rounds);
      await allRuns(s);
      expectEnded(s, run);
      const log = ledgerOf(s, run);
      const ends = endsOf(log);
      expect(
        ends.map((end) => [end.branch_key, end.status, end.failure_class ?? null]),
        story(s),
      ).toEqual([
        ["par/v1/01-dungeon", "success", null],
        ["par/v1/02-monsters", "success", null],
        ["par/v1/03-items", "fail", expect.any(String)],
        ["par/v1/04-sound", "fail", expect.any(String)],
      ]);
      for (const [n, node] of [
        [2, "items"],
        [3, "sound"],
      ] as const)
        expect(ends[n]?.failure_reason).toContain(`turn limit reached (max_turns=60) in ${node}`);
      const visits = log.filter(
        (event) => event.event === "stage_attempt_end" && event.node_id === "scaffold",
      );
      expect(visits).toHaveLength(2);
      const last = log.at(-1);
      expect(["run_completed", "run_failed"]).toContain(last?.event);
      // A branch that failed is red, and the run's end alone colours the workflow run.
      const legs = [...s.repository.runs.values()][0]!.attempts[0]!.jobs.filter(({ name }) =>
        name.includes("("),
      );
      expect(legs.map(({ conclusion }) => conclusion)).toEqual(["success", "success", "failure", "failure"]);
      expect(jobsOf(s)).toEqual(JOBS[rounds].map(({ hop, name }) => `${hop} ${name}`));
      const names = artifactsOf(s);
      expect(names.filter((name) => /-h1-0\d-[0-9a-f]{8}-a1$/.test(name))).toHaveLength(4);
      expect(names.filter((name) => name.includes("-trunk-"))).toHaveLength(2);
    },
    240_000,
  );
});
