import { describe, expect, it } from "vitest";
import { saidIn } from "./support/text.ts";
import { createWorld, MAIN, runOnce } from "./support/world.ts";

const FROM_JSON = `    strategy: { matrix: { include: "\${{ fromJSON(needs.plan.outputs.branches) }}" } }`;

const planned = (branches: string, branch: string) => `
on: workflow_dispatch
jobs:
  plan:
    runs-on: ubuntu-latest
    outputs: { branches: "\${{ steps.p.outputs.b }}" }
    steps: [{ id: p, run: 'echo b=$B >> "$GITHUB_OUTPUT"', env: { B: '${branches}' } }]
  branch:
    needs: plan
${branch}
    runs-on: ubuntu-latest
    steps: [{ run: 'echo "SAY \${{ matrix.id }} \${{ strategy.job-index }}/\${{ strategy.job-total }}"' }]
  join:
    needs: [plan, branch]
    if: always()
    runs-on: ubuntu-latest
    steps: [{ run: 'echo "SAY \${{ needs.branch.result }}"' }]
`;

describe("a matrix job", () => {
  it("gets its legs from a needs output by fromJSON", async () => {
    await using world = await runOnce(planned('[{"id":"a"},{"id":"b"}]', FROM_JSON));
    expect(world.run.jobs.map(({ key, name }) => [key, name])).toEqual([
      ["plan", "plan"],
      ["branch (0)", "branch (a)"],
      ["branch (1)", "branch (b)"],
      ["join", "join"],
    ]);
    expect(saidIn(world.job(world.id, "branch (1)").log)).toEqual(["b 1/2"]);
  });

  it("fails the run when fromJSON is forgotten", async () => {
    await using world = await runOnce(
      planned('[{"id":"a"}]', `    strategy: { matrix: { include: "\${{ needs.plan.outputs.branches }}" } }`),
    );
    expect(world.run.conclusion).toBe("failure");
    expect(world.job(world.id, "branch").annotations[0]?.message).toContain(
      "Error when evaluating 'strategy' for job 'branch'",
    );
  });

  it("fails the run when it is empty, and does not just skip (dorny/paths-filter#66)", async () => {
    await using world = await runOnce(planned("[]", FROM_JSON));
    expect(world.run.conclusion).toBe("failure");
    expect(world.job(world.id, "branch").annotations[0]?.message).toContain(
      "Matrix must define at least one vector",
    );
    expect(saidIn(world.job(world.id, "join").log)).toEqual(["failure"]);
  });

  it("is skipped when it is empty but guarded by if, which is evaluated first", async () => {
    await using world = await runOnce(
      planned(
        "[]",
        `    if: "needs.plan.outputs.branches != '[]'"
    strategy: { matrix: { include: "\${{ fromJSON(needs.plan.outputs.branches) }}" } }`,
      ),
    );
    expect(world.run.conclusion).toBe("success");
    expect(saidIn(world.job(world.id, "join").log)).toEqual(["skipped"]);
  });

  it("shows its name unexpanded when it is skipped as a whole", async () => {
    await using world = await runOnce(`
on: workflow_dispatch
jobs:
  a: { if: false, name: "leg \${{ matrix.n }}", strategy: { matrix: { n: [1, 2] } }, runs-on: ubuntu-latest, steps: [{ run: echo }] }
`);
    expect(world.run.jobs.map(({ name }) => name)).toEqual([`leg \${{ matrix.n }}`]);
  });

  it("cancels its other legs when one fails, unless fail-fast is off", async () => {
    const workflow = (failFast: string) => `
on: workflow_dispatch
jobs:
  a:
    strategy: { ${failFast} max-parallel: 2, matrix: { n: [1, 2, 3] } }
    runs-on: ubuntu-latest
    steps:
      - if: matrix.n == 1
        run: exit 1
      - if: matrix.n == 2 && strategy.fail-fast
        run: exec sleep 60
`;
    await using fast = await runOnce(workflow(""));
    await using slow = await runOnce(workflow("fail-fast: false,"));
    expect(fast.run.jobs.map(({ conclusion }) => conclusion)).toEqual(["failure", "cancelled", "cancelled"]);
    expect(fast.job(fast.id, "a (1)").annotations[0]?.message).toBe(
      'The strategy configuration was canceled because "a (1)" failed',
    );
    expect(slow.run.jobs.map(({ conclusion }) => conclusion)).toEqual(["failure", "success", "success"]);
  });

  it("merges its legs' outputs by name, the last one that set it wins (docs: jobs.<id>.outputs)", async () => {
    await using world = await runOnce(`
on: workflow_dispatch
jobs:
  a:
    strategy: { max-parallel: 1, matrix: { n: [1, 2, 3] } }
    runs-on: ubuntu-latest
    outputs: { last: "\${{ steps.s.outputs.v }}", first: "\${{ matrix.n == 1 && 'one' || '' }}" }
    steps: [{ id: s, run: 'echo v=\${{ matrix.n }} >> "$GITHUB_OUTPUT"' }]
  b: { needs: a, runs-on: ubuntu-latest, steps: [{ run: 'echo "SAY \${{ needs.a.outputs.last }} \${{ needs.a.outputs.first }}"' }] }
`);
    expect(saidIn(world.job(world.id, "b").log)).toEqual(["3 one"]);
  });

  it("says success in needs although a leg was cancelled that no runner ever picked up (community 211624)", async () => {
    await using world = await createWorld(
      {
        [MAIN]: `
on: workflow_dispatch
jobs:
  leg:
    strategy: { matrix: { label: [ubuntu-latest, nobody-has-this] } }
    runs-on: \${{ matrix.label }}
    steps: [{ run: echo }]
  join: { needs: leg, runs-on: ubuntu-latest, steps: [{ run: 'echo "SAY \${{ needs.leg.result }}"' }] }
`,
      },
      { clock: { speed: 0 } },
    );
    const id = world.queue();
    await world.records.until(() => world.records.runs.get(id)?.jobs[0]?.status === "completed");
    world.records.clock.advance(24 * 60 * 60_000);
    await world.ended(id);
    expect(world.job(id, "leg (1)").conclusion).toBe("cancelled");
    expect(saidIn(world.job(id, "join").log)).toEqual(["success"]);
  });

  it("may call a workflow in each leg", async () => {
    await using world = await runOnce(
      `
on: workflow_dispatch
jobs:
  call:
    strategy: { matrix: { n: [1, 2] } }
    uses: ./.github/workflows/callee.yml
    with: { n: "\${{ matrix.n }}" }
`,
      {
        files: {
          ".github/workflows/callee.yml": `
on: { workflow_call: { inputs: { n: { type: number, required: true } } } }
jobs:
  inner: { runs-on: ubuntu-latest, steps: [{ run: 'echo "SAY \${{ inputs.n }}"' }] }
`,
        },
      },
    );
    expect(world.run.jobs.map(({ key, name, log }) => [key, name, saidIn(log)])).toEqual([
      ["call (0) / inner", "call (1) / inner", ["1"]],
      ["call (1) / inner", "call (2) / inner", ["2"]],
    ]);
  });
});
