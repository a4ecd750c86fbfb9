import { describe, expect, it } from "vitest";
import { saidIn } from "./support/text.ts";
import { runOnce } from "./support/world.ts";

const results = (world: Awaited<ReturnType<typeof runOnce>>): Record<string, string | null> =>
  Object.fromEntries(world.run.jobs.map(({ key, conclusion }) => [key, conclusion]));

const JOB = "{ runs-on: ubuntu-latest, steps: [{ run: 'echo SAY ran' }] }";
const FAIL = "{ runs-on: ubuntu-latest, steps: [{ run: exit 1 }] }";

describe("jobs", () => {
  it("get outputs and results of their needs", async () => {
    await using world = await runOnce(`
on: workflow_dispatch
jobs:
  a:
    runs-on: ubuntu-latest
    outputs: { v: "\${{ steps.s.outputs.v }}", empty: "" }
    steps: [{ id: s, run: 'echo v=1 >> "$GITHUB_OUTPUT"' }]
  b:
    needs: [a]
    runs-on: ubuntu-latest
    steps: [{ run: 'echo "SAY \${{ needs.a.outputs.v }} \${{ needs.a.result }} \${{ toJSON(needs.a.outputs) }}"' }]
`);
    expect(saidIn(world.job(world.id, "b").log)[0]).toMatch(/^1 success \{/);
    expect(world.job(world.id, "a").outputs).toEqual({ v: "1" });
  });

  it("are skipped after a failure or skip at any distance, unless their if has a status function (docs: needs)", async () => {
    await using world = await runOnce(`
on: workflow_dispatch
jobs:
  a: ${FAIL}
  b: { needs: a, runs-on: ubuntu-latest, steps: [{ run: echo }] }
  c: { needs: b, if: always(), runs-on: ubuntu-latest, steps: [{ run: 'echo "SAY \${{ needs.b.result }} [\${{ needs.b.outputs.x }}]"' }] }
  d: { needs: c, runs-on: ubuntu-latest, steps: [{ run: echo }] }
  e: { needs: c, if: failure(), runs-on: ubuntu-latest, steps: [{ run: echo }] }
  f: { needs: c, if: "!cancelled()", runs-on: ubuntu-latest, steps: [{ run: echo }] }
  g: { needs: d, if: "true", runs-on: ubuntu-latest, steps: [{ run: echo }] }
`);
    expect(results(world)).toEqual({
      a: "failure",
      b: "skipped",
      c: "success",
      d: "skipped",
      e: "success",
      f: "success",
      g: "skipped",
    });
    expect(saidIn(world.job(world.id, "c").log)).toEqual(["skipped []"]);
    expect(world.run.conclusion).toBe("failure");
  });

  it("that may fail look successful to their dependents and to the run (actions/toolkit#581)", async () => {
    await using world = await runOnce(`
on: workflow_dispatch
jobs:
  a: { runs-on: ubuntu-latest, continue-on-error: true, steps: [{ run: exit 1 }] }
  b: { needs: a, runs-on: ubuntu-latest, steps: [{ run: 'echo "SAY \${{ needs.a.result }}"' }] }
`);
    expect(results(world)).toEqual({ a: "failure", b: "success" });
    expect(saidIn(world.job(world.id, "b").log)).toEqual(["success"]);
    expect(world.run.conclusion).toBe("success");
  });

  it("with an if that cannot be evaluated fail", async () => {
    await using world = await runOnce(`
on: workflow_dispatch
jobs:
  a: { if: "fromJSON(github.ref)", runs-on: ubuntu-latest, steps: [{ run: echo }] }
`);
    expect(results(world)).toEqual({ a: "failure" });
    expect(world.executor.problems(world.id)[0]).toContain("Error when evaluating 'if' for job 'a'");
  });

  it("of a run that skips all of them make it skipped", async () => {
    await using world = await runOnce(`
on: workflow_dispatch
jobs:
  a: { if: false, runs-on: ubuntu-latest, steps: [{ run: echo }] }
`);
    expect(world.run.conclusion).toBe("skipped");
  });

  it("keep an output that may hold a secret to themselves", async () => {
    await using world = await runOnce(
      `
on: workflow_dispatch
jobs:
  a:
    runs-on: ubuntu-latest
    outputs: { leak: "\${{ steps.s.outputs.v }}", fine: ok }
    steps: [{ id: s, run: 'echo "v=x-\${{ secrets.KEY }}" >> "$GITHUB_OUTPUT"' }]
  b: { needs: a, runs-on: ubuntu-latest, steps: [{ run: 'echo "SAY [\${{ needs.a.outputs.leak }}] \${{ needs.a.outputs.fine }}"' }] }
`,
      { secrets: { KEY: "hush" } },
    );
    expect(saidIn(world.job(world.id, "b").log)).toEqual(["[] ok"]);
    expect(world.job(world.id, "a").annotations[0]?.message).toBe(
      "Skip output 'leak' since it may contain secret.",
    );
  });

  it("fail with more than 1 MB of outputs, counted as UTF-16 (docs: limits)", async () => {
    const workflow = (length: number) => `
on: workflow_dispatch
jobs:
  a:
    runs-on: ubuntu-latest
    outputs: { big: "\${{ steps.s.outputs.v }}" }
    steps: [{ id: s, run: '(printf v=; head -c ${length} /dev/zero | tr "\\0" x) >> "$GITHUB_OUTPUT"' }]
`;
    await using fits = await runOnce(workflow(524_000));
    await using over = await runOnce(workflow(524_300));
    expect(fits.run.conclusion).toBe("success");
    expect(over.run.conclusion).toBe("failure");
    expect(over.job(over.id, "a").outputs).toEqual({});
    expect(over.job(over.id, "a").annotations[0]?.message).toContain("1 MB");
  });

  it("run as many at a time as there are runners; the others wait in the queue", async () => {
    await using world = await runOnce(
      `
on: workflow_dispatch
jobs:
  job:
    runs-on: ubuntu-latest
    strategy: { matrix: { n: [1, 2, 3, 4, 5] } }
    steps: [{ run: 'echo "SAY $RUNNER_NAME"' }]
`,
      { executor: { runners: 2 } },
    );
    const runners = new Set(world.run.jobs.flatMap(({ log }) => saidIn(log)));
    expect(world.run.jobs).toHaveLength(5);
    expect([...runners].sort()).toEqual(["box-runner-1", "box-runner-2"]);
  });

  it("take fork pull requests' runs without secrets and with reading tokens", async () => {
    await using world = await runOnce(
      `
on: workflow_dispatch
permissions: { contents: write, id-token: write }
jobs:
  a: { runs-on: ubuntu-latest, steps: [{ run: 'echo "SAY [\${{ secrets.KEY }}] [$ACTIONS_ID_TOKEN_REQUEST_URL]"' }] }
`,
      { secrets: { KEY: "hush" }, fromFork: true },
    );
    expect(world.job(world.id, "a").permissions).toEqual({ contents: "read" });
    expect(saidIn(world.job(world.id, "a").log)).toEqual(["[] []"]);
  });

  it("have the permissions of the job, else of the workflow, else of the repository", async () => {
    const jobs = `
jobs:
  own: { permissions: { checks: write }, runs-on: ubuntu-latest, steps: [{ run: echo }] }
  file: ${JOB}
`;
    await using given = await runOnce(
      `on: workflow_dispatch\npermissions: { contents: read, issues: none }\n${jobs}`,
    );
    await using silent = await runOnce(`on: workflow_dispatch\n${jobs}`);
    expect(given.job(given.id, "own").permissions).toEqual({ checks: "write" });
    expect(given.job(given.id, "file").permissions).toEqual({ contents: "read" });
    expect(silent.job(silent.id, "file").permissions).toEqual({ contents: "read", packages: "read" });
  });

  it("set the run's title from run-name", async () => {
    await using world = await runOnce(
      `
on: { workflow_dispatch: { inputs: { hop: { type: number } } } }
run-name: "hop \${{ inputs.hop + '' == '' && 'none' || inputs.hop }} by \${{ github.actor }}"
jobs:
  a: ${JOB}
`.replace(" + ''", ""),
      { inputs: { hop: "3" } },
    );
    expect(world.run.title).toBe("hop 3 by octo");
  });

  it("see dispatch inputs typed, and as text in the event", async () => {
    await using world = await runOnce(
      `
on:
  workflow_dispatch:
    inputs:
      flag: { type: boolean }
      count: { type: number, default: 3 }
      kind: { type: choice, options: [a, b], default: b }
      off: { type: boolean }
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - if: inputs.flag && !inputs.off
        run: echo "SAY \${{ inputs.count > 2 }} \${{ inputs.kind }} \${{ github.event.inputs.flag == 'true' }}"
`,
      { inputs: { flag: "true" } },
    );
    expect(saidIn(world.job(world.id, "a").log)).toEqual(["true b true"]);
  });
});
