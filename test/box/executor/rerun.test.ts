import { describe, expect, it } from "vitest";
import { saidIn } from "./support/text.ts";
import { createWorld, MAIN, type World } from "./support/world.ts";

/** `a` passes, leg 2 of `m` passes at the second attempt, `c` depends on both, `d` on nothing that failed. */
const PIPELINE = `
on: workflow_dispatch
jobs:
  a:
    runs-on: ubuntu-latest
    outputs: { v: "a\${{ github.run_attempt }}" }
    steps: [{ run: echo }]
  m:
    needs: a
    strategy: { fail-fast: false, matrix: { n: [1, 2] } }
    runs-on: ubuntu-latest
    outputs: { stale: "\${{ matrix.n == 2 && steps.s.outputs.v || '' }}" }
    steps:
      - id: s
        if: github.run_attempt == '1'
        run: echo "v=from-attempt-1" >> "$GITHUB_OUTPUT"
      - if: matrix.n == 2 && github.run_attempt == '1'
        run: exit 1
  c:
    needs: [a, m]
    if: always()
    runs-on: ubuntu-latest
    steps: [{ run: 'echo "SAY \${{ needs.a.outputs.v }} \${{ needs.m.result }} [\${{ needs.m.outputs.stale }}]"' }]
  d: { needs: a, runs-on: ubuntu-latest, steps: [{ run: echo }] }
  e: { needs: d, if: false, runs-on: ubuntu-latest, steps: [{ run: echo }] }
`;

const attempt = (world: World, id: number, number: number) =>
  world.records.runs
    .get(id)
    ?.jobs.filter((job) => job.attempt === number)
    .map(({ key, conclusion, kept }) => `${key} ${conclusion}${kept ? " kept" : ""}`)
    .sort();

describe("a re-run", () => {
  it("of failed jobs keeps what passed with its outputs, and runs the rest and all that depends on it", async () => {
    await using world = await createWorld({ [MAIN]: PIPELINE });
    const id = world.queue();
    expect((await world.ended(id)).conclusion).toBe("failure");
    world.rerun(id, "failed");
    const run = await world.ended(id);
    expect(run.conclusion).toBe("success");
    expect(attempt(world, id, 2)).toEqual([
      "a success kept",
      "c success",
      "d success kept",
      "e skipped kept",
      "m (0) success kept",
      "m (1) success",
    ]);
  });

  it("of a failed job can show outputs of the attempt before (actions/runner#2598)", async () => {
    await using world = await createWorld({ [MAIN]: PIPELINE });
    const id = world.queue();
    await world.ended(id);
    world.rerun(id, "failed");
    await world.ended(id);
    expect(saidIn(world.job(id, "c").log)).toEqual(["a1 success [from-attempt-1]"]);
  });

  it("of all jobs keeps nothing", async () => {
    await using world = await createWorld({ [MAIN]: PIPELINE });
    const id = world.queue();
    await world.ended(id);
    world.rerun(id, "all");
    await world.ended(id);
    expect(saidIn(world.job(id, "c").log)).toEqual(["a2 success []"]);
    expect(attempt(world, id, 2)?.some((line) => line.endsWith("kept"))).toBe(false);
  });

  it("reaches into called workflows and runs the caller's dependents again", async () => {
    await using world = await createWorld({
      [MAIN]: `
on: workflow_dispatch
jobs:
  call: { uses: ./.github/workflows/callee.yml }
  after: { needs: call, runs-on: ubuntu-latest, steps: [{ run: 'echo "SAY \${{ needs.call.outputs.v }}"' }] }
`,
      ".github/workflows/callee.yml": `
on: { workflow_call: { outputs: { v: { value: "\${{ jobs.good.outputs.v }}" } } } }
jobs:
  good: { runs-on: ubuntu-latest, outputs: { v: "\${{ github.run_attempt }}" }, steps: [{ run: echo }] }
  bad: { runs-on: ubuntu-latest, steps: [{ run: 'test "$GITHUB_RUN_ATTEMPT" != 1' }] }
`,
    });
    const id = world.queue();
    await world.ended(id);
    world.rerun(id, "failed");
    await world.ended(id);
    expect(attempt(world, id, 2)).toEqual([
      "after success",
      "call / bad success",
      "call / good success kept",
    ]);
    expect(saidIn(world.job(id, "after").log)).toEqual(["1"]);
  });

  it("of a cancelled run runs what was cancelled", async () => {
    await using world = await createWorld({
      [MAIN]: `
on: workflow_dispatch
jobs:
  a: { runs-on: ubuntu-latest, steps: [{ run: echo }] }
  b: { needs: a, runs-on: ubuntu-latest, steps: [{ if: github.run_attempt == '1', run: "echo READY; exec sleep 300" }] }
`,
    });
    const id = world.queue();
    await world.logged(id, "b", "\nREADY\n");
    world.executor.cancel(id, "cancel");
    expect((await world.ended(id)).conclusion).toBe("cancelled");
    world.rerun(id, "failed");
    expect((await world.ended(id)).conclusion).toBe("success");
    expect(attempt(world, id, 2)).toEqual(["a success kept", "b success"]);
  });
});
