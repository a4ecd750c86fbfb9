import { writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { saidIn, works } from "./support/text.ts";
import { createWorld, MAIN, type World } from "./support/world.ts";

const still = { clock: { speed: 0 } } as const;
const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** A Node script as a step's own process, so that signals reach it. */
const node = (script: string) => `exec "$NODE" -e '${script}'`;
const world = (workflow: string, options = {}): Promise<World> =>
  createWorld({ [MAIN]: workflow.replaceAll('"$NODE"', `"${process.execPath}"`) }, options);

const STUBBORN = node(
  `for (const s of ["SIGINT", "SIGTERM"]) process.on(s, () => console.log("SAY " + s)); setInterval(() => {}, 1000); console.log("SAY pid " + process.pid)`,
);

describe("a cancel", () => {
  it("sends SIGINT, 7.5 s later SIGTERM, 2.5 s later kills the tree (ProcessInvoker)", async () => {
    await using box = await world(
      `
on: workflow_dispatch
jobs:
  job:
    runs-on: ubuntu-latest
    steps:
      - run: |
          ${STUBBORN}
      - run: echo SAY plain
      - if: always()
        run: echo SAY always
`,
      still,
    );
    const id = box.queue();
    await box.logged(id, "job", "\nSAY pid");
    box.executor.cancel(id, "cancel");
    await box.logged(id, "job", "\nSAY SIGINT");
    box.records.clock.advance(7 * SECOND);
    expect(box.job(id, "job").log).not.toContain("\nSAY SIGTERM");
    box.records.clock.advance(500);
    await box.logged(id, "job", "\nSAY SIGTERM");
    box.records.clock.advance(2500);
    const run = await box.ended(id);
    const [pid, ...said] = saidIn(box.job(id, "job").log);
    expect(said).toEqual(["SIGINT", "SIGTERM", "always"]);
    expect(works(Number(pid?.slice(4)))).toBe(false);
    expect(run.conclusion).toBe("cancelled");
    expect(box.job(id, "job").steps.map(({ conclusion }) => conclusion)).toEqual([
      "success",
      "cancelled",
      "skipped",
      "success",
      "success",
    ]);
  });

  it("lets a step use its 7.5 s to save its work, and cancelled() steps run", async () => {
    await using box = await world(
      `
on: workflow_dispatch
jobs:
  job:
    runs-on: ubuntu-latest
    steps:
      - run: |
          ${node(`process.on("SIGINT", () => { console.log("SAY saved"); process.exit(0); }); setInterval(() => {}, 1000); console.log("READY")`)}
      - if: cancelled()
        run: echo "SAY \${{ job.status }}"
      - if: failure()
        run: echo SAY failure
`,
      still,
    );
    const id = box.queue();
    await box.logged(id, "job", "\nREADY\n");
    box.executor.cancel(id, "cancel");
    await box.ended(id);
    expect(saidIn(box.job(id, "job").log)).toEqual(["saved", "cancelled"]);
    expect(box.job(id, "job").conclusion).toBe("cancelled");
  });

  it("spares a running step whose condition still holds, also inside a composite action", async () => {
    await using box = await createWorld(
      {
        [MAIN]:
          "on: workflow_dispatch\njobs: { job: { runs-on: ubuntu-latest, steps: [{ uses: acme/app/c@main }] } }",
        "c/action.yml": `
name: c
description: c
runs:
  using: composite
  steps:
    - { if: always(), shell: bash, run: "echo READY; until [ -e \\"$RUNNER_TEMP/go\\" ] || [ ! -d \\"$RUNNER_TEMP\\" ]; do sleep 0.02; done; echo SAY survived" }
    - { if: always(), shell: bash, run: "echo SAY upload" }
`,
      },
      still,
    );
    const id = box.queue();
    await box.logged(id, "job", "\nREADY\n");
    box.executor.cancel(id, "cancel");
    const { id: jobId } = box.job(id, "job");
    writeFileSync(`${box.folder}/machines/run-${id}-1-job-${jobId}/work/_temp/go`, "");
    await box.ended(id);
    expect(saidIn(box.job(id, "job").log)).toEqual(["survived", "upload"]);
    expect(box.job(id, "job").conclusion).toBe("cancelled");
  });

  it("stops the step inside a composite, whose always() steps still run", async () => {
    await using box = await createWorld(
      {
        [MAIN]:
          "on: workflow_dispatch\njobs: { job: { runs-on: ubuntu-latest, steps: [{ uses: acme/app/c@main }, { run: echo SAY next }] } }",
        "c/action.yml": `
name: c
description: c
runs:
  using: composite
  steps:
    - { shell: bash, run: "echo READY; exec sleep 300" }
    - { shell: bash, run: "echo SAY plain" }
    - { if: always(), shell: bash, run: "echo SAY checkpoint" }
`,
      },
      still,
    );
    const id = box.queue();
    await box.logged(id, "job", "\nREADY\n");
    box.executor.cancel(id, "cancel");
    await box.ended(id);
    expect(saidIn(box.job(id, "job").log)).toEqual(["checkpoint"]);
  });

  const PIPELINE = `
on: workflow_dispatch
jobs:
  trunk: { runs-on: ubuntu-latest, steps: [{ run: "echo READY; exec sleep 300" }] }
  naive: { needs: trunk, runs-on: ubuntu-latest, steps: [{ run: echo }] }
  settle: { needs: trunk, if: always(), runs-on: ubuntu-latest, steps: [{ run: 'echo "SAY \${{ needs.trunk.result }}"' }] }
`;

  it("still runs jobs with always(), and only those: a settle without it never reports", async () => {
    await using box = await world(PIPELINE, still);
    const id = box.queue();
    await box.logged(id, "trunk", "\nREADY\n");
    box.executor.cancel(id, "cancel");
    const run = await box.ended(id);
    expect(saidIn(box.job(id, "settle").log)).toEqual(["cancelled"]);
    expect(box.job(id, "naive").conclusion).toBe("skipped");
    expect(run.conclusion).toBe("cancelled");
  });

  it("is no cancel for a running job whose own if still holds (docs: workflow-cancellation)", async () => {
    await using box = await world(
      `
on: workflow_dispatch
jobs:
  job: { if: always(), runs-on: ubuntu-latest, steps: [{ run: 'echo READY; until [ -e "$RUNNER_TEMP/go" ] || [ ! -d "$RUNNER_TEMP" ]; do sleep 0.02; done' }] }
`,
      still,
    );
    const id = box.queue();
    const { id: jobId } = await box.logged(id, "job", "\nREADY\n");
    box.executor.cancel(id, "cancel");
    writeFileSync(`${box.folder}/machines/run-${id}-1-job-${jobId}/work/_temp/go`, "");
    expect((await box.ended(id)).conclusion).toBe("success");
  });

  it("kills after five minutes whatever is left, a settle that waits for a runner included", async () => {
    await using box = await world(
      `
on: workflow_dispatch
jobs:
  long: { if: always(), runs-on: ubuntu-latest, steps: [{ run: "echo SAY $$; exec sleep 300" }] }
  quick: { runs-on: nobody-has-this, steps: [{ run: echo }] }
  settle: { needs: quick, if: always(), runs-on: nobody-has-this, steps: [{ run: echo }] }
`,
      still,
    );
    const id = box.queue();
    const long = await box.logged(id, "long", "\nSAY ");
    box.executor.cancel(id, "cancel");
    await box.records.until(() => box.records.runs.get(id)?.jobs.find(({ key }) => key === "settle"));
    box.records.clock.advance(4 * MINUTE + 59 * SECOND);
    expect(box.records.runs.get(id)?.status).toBe("in_progress");
    box.records.clock.advance(SECOND);
    const run = await box.ended(id);
    expect(run.jobs.map(({ key, conclusion }) => [key, conclusion])).toEqual([
      ["long", "cancelled"],
      ["quick", "cancelled"],
      ["settle", "cancelled"],
    ]);
    await box.executor.close();
    expect(works(Number(saidIn(long.log)[0]))).toBe(false);
  });

  it("by force passes over always() at once", async () => {
    await using box = await world(PIPELINE, still);
    const id = box.queue();
    await box.logged(id, "trunk", "\nREADY\n");
    box.executor.cancel(id, "force");
    const run = await box.ended(id);
    expect(run.conclusion).toBe("cancelled");
    expect(run.jobs.find(({ key }) => key === "settle")?.steps ?? []).toEqual([]);
  });

  it("of a run that still waits for its group leaves no job", async () => {
    await using box = await world(
      "on: workflow_dispatch\nconcurrency: g\njobs: { job: { runs-on: ubuntu-latest, steps: [{ run: 'echo READY; exec sleep 300' }] } }",
    );
    const first = box.queue();
    await box.logged(first, "job", "\nREADY\n");
    const second = box.queue();
    await box.records.until(() => box.records.runs.get(second)?.status === "pending");
    box.executor.cancel(second, "cancel");
    expect(await box.ended(second)).toMatchObject({ conclusion: "cancelled", jobs: [] });
  });
});

describe("a timeout", () => {
  it("of a step fails it, of whole minutes only", async () => {
    await using box = await world(
      `
on: workflow_dispatch
jobs:
  job:
    runs-on: ubuntu-latest
    steps:
      - { name: slow, id: slow, timeout-minutes: 2, continue-on-error: true, run: "echo READY; exec sleep 300" }
      - run: echo "SAY \${{ steps.slow.outcome }}"
`,
      still,
    );
    const id = box.queue();
    await box.logged(id, "job", "\nREADY\n");
    box.records.clock.advance(2 * MINUTE);
    await box.ended(id);
    expect(saidIn(box.job(id, "job").log)).toEqual(["failure"]);
    expect(box.job(id, "job").annotations[0]?.message).toBe("The action 'slow' has timed out.");
  });

  it("of a job cancels it: the result is cancelled and not failure, and failure() jobs stay away", async () => {
    await using box = await world(
      `
on: workflow_dispatch
jobs:
  slow: { timeout-minutes: 3, runs-on: ubuntu-latest, steps: [{ run: "echo READY; exec sleep 300" }, { if: always(), run: echo SAY upload }] }
  onfail: { needs: slow, if: failure(), runs-on: ubuntu-latest, steps: [{ run: echo }] }
  settle: { needs: slow, if: always(), runs-on: ubuntu-latest, steps: [{ run: 'echo "SAY \${{ needs.slow.result }}"' }] }
`,
      still,
    );
    const id = box.queue();
    await box.logged(id, "slow", "\nREADY\n");
    box.records.clock.advance(3 * MINUTE);
    const run = await box.ended(id);
    expect(saidIn(box.job(id, "slow").log)).toEqual(["upload"]);
    expect(saidIn(box.job(id, "settle").log)).toEqual(["cancelled"]);
    expect(box.job(id, "onfail").conclusion).toBe("skipped");
    expect(box.job(id, "slow").annotations[0]?.message).toContain(
      "exceeded the maximum execution time of 3 minutes",
    );
    expect(run.conclusion).toBe("cancelled");
  });

  it("inside a composite is that of the step which uses it", async () => {
    await using box = await createWorld(
      {
        [MAIN]:
          "on: workflow_dispatch\njobs: { job: { runs-on: ubuntu-latest, steps: [{ uses: acme/app/c@main, timeout-minutes: 1 }] } }",
        "c/action.yml":
          "name: c\ndescription: c\nruns: { using: composite, steps: [{ shell: bash, run: 'echo READY; exec sleep 300' }] }",
      },
      still,
    );
    const id = box.queue();
    await box.logged(id, "job", "\nREADY\n");
    box.records.clock.advance(MINUTE);
    expect((await box.ended(id)).conclusion).toBe("failure");
  });
});
