/** The workflow that `attractor init` writes, job by job, with an action of the test's own in place of ours. */
import { describe, expect, it, onTestFinished } from "vitest";
import { parse } from "yaml";
import { defaultJobs, type Jobs } from "../../../engine/config/jobs.ts";
import { callerWorkflow } from "../../../github/workflows/caller-workflow.ts";
import { CALLER_INPUTS } from "../../../github/workflows/init-files.ts";
import { createWorld, MAIN } from "./support/world.ts";

const INPUTS = ["part", "coordinator", "timeout-minutes", ...CALLER_INPUTS, "go", "leg", "canceled"];
const value = (name: string) => `"\${{ inputs.${name} }}"`;
/** Says what it was given, then does what the test put below `does/`, by job, attempt and branch. */
const ACTION = `name: stand-in
description: stands in for the action
inputs:
${INPUTS.map((name) => `  ${name}: { description: x, default: "" }`).join("\n")}
outputs:
  go: { description: x, value: "\${{ steps.does.outputs.go }}" }
runs:
  using: composite
  steps:
    - id: does
      shell: bash
      env: { PART: ${value("part")}, GO: ${value("go")}, LEG: ${value("leg")}, CANCELED: ${value("canceled")} }
      run: |
        echo "given $GITHUB_JOB $PART go=$GO leg=$LEG canceled=$CANCELED"
        script="$GITHUB_ACTION_PATH/does/$GITHUB_JOB.$GITHUB_RUN_ATTEMPT"
        for one in "$script" "$script.\${LEG%% *}"; do [ ! -f "$one" ] || . "$one"; done
`;

const says = (go: string): string => `echo 'go=${go}' >> "$GITHUB_OUTPUT"\n`;
const branches = (hop: string): string =>
  says(JSON.stringify({ v: 1, hop, max: 2, legs: ["01 left", "02 right"] }));
const FAILS = "exit 1\n";
const WAITS = "echo given time; trap 'exit 3' INT TERM; for n in $(seq 600); do sleep 0.1; done\n";

interface Play {
  readonly jobs?: Partial<Jobs>;
  readonly inputs?: Readonly<Record<string, string>>;
  /** Cancelled while that job, which waits, runs. */
  readonly cancel?: string;
  readonly rerun?: "all" | "failed";
}

async function play(does: Readonly<Record<string, string>>, { jobs, inputs, cancel, rerun }: Play = {}) {
  const made = { action: "attractor/attractor@main", jobs: { ...defaultJobs(), ...jobs } };
  const world = await createWorld({ [MAIN]: callerWorkflow(made) });
  onTestFinished(() => world[Symbol.asyncDispose]());
  const scripts = Object.entries(does).map(([job, script]) => [`does/${job}`, script]);
  world.commit("attractor/attractor", { "action.yml": ACTION, ...Object.fromEntries(scripts) });
  const none = Object.fromEntries(CALLER_INPUTS.map((name) => [name, ""]));
  const id = world.queue({ inputs: { ...none, graph: "g.dot", ...inputs } });
  if (cancel !== undefined) {
    await world.logged(id, cancel, "given time");
    world.executor.cancel(id, "cancel");
  }
  let run = await world.ended(id);
  if (rerun !== undefined) {
    world.rerun(id, rerun);
    run = await world.ended(id);
  }
  const now = run.jobs.filter((job) => job.attempt === run.attempt.attempt && job.conclusion !== "skipped");
  return {
    ran: now.map(({ key, conclusion }) => `${key} ${conclusion}`),
    names: run.jobs.map(({ name }) => name),
    given: run.jobs.flatMap(({ log }) => log.match(/given [\w-]+ [a-z]+ go=.*$/gm) ?? []),
    conclusion: run.conclusion,
    problems: world.executor.problems(id),
  };
}

const ROUND_1 = ["trunk-1 success", "legs-1 (0) success", "legs-1 (1) success"];
const ROUND_2 = ["trunk-2 success", "legs-2 (0) success", "legs-2 (1) success"];

describe("R-GH-18: the jobs of one workflow run", () => {
  it("serial: one job", async () => {
    const played = await play({ "trunk-1.1": says("done") });
    expect(played).toMatchObject({ ran: ["trunk-1 success"], conclusion: "success", problems: [] });
  });

  it("one fan-out: the second trunk job is told what the first one said", async () => {
    const played = await play({ "trunk-1.1": branches("1.1"), "trunk-2.1": says("done") });
    expect(played).toMatchObject({ ran: [...ROUND_1, "trunk-2 success"], conclusion: "success" });
    expect(played.names).toEqual(expect.arrayContaining(["Trunk 1", "Branches 1 (01 left)", "Trunk 2"]));
    const [, left, , trunk] = played.given;
    expect(left).toMatch(/legs-1 branch go=\{"v":1,"hop":"1\.1".*leg=01 left/);
    expect(trunk).toMatch(/trunk-2 trunk go=\{"v":1,"hop":"1\.1"/);
  });

  it("two fan-outs, then something for another job", async () => {
    const does = { "trunk-1.1": branches("1.1"), "trunk-2.1": branches("2.2"), "trunk-3.1": says("next") };
    expect((await play(does)).ran).toEqual([...ROUND_1, ...ROUND_2, "trunk-3 success", "next success"]);
  });

  it("the rounds are used up", async () => {
    const does = { "trunk-1.1": branches("1.1"), "trunk-2.1": branches("2.2") };
    expect((await play(does, { jobs: { rounds: 2 } })).ran).toEqual([...ROUND_1, ...ROUND_2, "next success"]);
  });

  it("a command runs in a job of its own and nothing else does", async () => {
    expect((await play({}, { inputs: { command: "cancel" } })).ran).toEqual(["command success"]);
  });
});

describe("R-GH-19: the colour of one workflow run", () => {
  it("red when its trunk failed, with nobody to tell", async () => {
    const played = await play({ "trunk-1.1": branches("1.1"), "trunk-2.1": says("done") + FAILS });
    expect(played).toMatchObject({ ran: [...ROUND_1, "trunk-2 failure"], conclusion: "failure" });
  });

  it("red when its trunk failed, and somebody is told", async () => {
    const played = await play({ "trunk-1.1": says("next") + FAILS });
    expect(played).toMatchObject({ ran: ["trunk-1 failure", "next success"], conclusion: "failure" });
  });

  it("R-EASE-7: a branch that failed is red by itself, and not the workflow run", async () => {
    const does = { "trunk-1.1": branches("1.1"), "legs-1.1.02": FAILS, "trunk-2.1": says("done") };
    const played = await play(does);
    expect(played.ran).toEqual([
      "trunk-1 success",
      "legs-1 (0) success",
      "legs-1 (1) failure",
      "trunk-2 success",
    ]);
    expect(played.conclusion).toBe("success");
  });
});

describe("R-LIFE-6: what becomes of one workflow run when a job is lost or it is cancelled", () => {
  it("a trunk job that says nothing is taken for lost", async () => {
    const played = await play({ "trunk-1.1": branches("1.1"), "trunk-2.1": FAILS });
    expect(played.ran).toEqual([...ROUND_1, "trunk-2 failure", "next success"]);
  });

  it("R-GH-21: an output that GitHub drops is one that says nothing", async () => {
    const played = await play({ "trunk-1.1": `echo "::add-mask::legs"\n${branches("1.1")}` });
    expect(played.ran).toEqual(["trunk-1 success", "next success"]);
  });

  it("cancelled in a trunk job", async () => {
    const played = await play({ "trunk-1.1": branches("1.1"), "trunk-2.1": WAITS }, { cancel: "trunk-2" });
    expect(played.ran).toEqual([...ROUND_1, "trunk-2 cancelled", "canceled success"]);
    expect(played.conclusion).toBe("cancelled");
    expect(played.given.at(-1)).toContain("canceled next go= leg= canceled=true");
  });

  it("cancelled in a branch", async () => {
    const played = await play(
      { "trunk-1.1": branches("1.1"), "legs-1.1.01": WAITS },
      { cancel: "legs-1 (0)" },
    );
    expect(played.ran.at(-1)).toBe("canceled success");
    expect(played.ran.filter((job) => /^(?:trunk-2|next)/.test(job))).toEqual([]);
    expect(played.conclusion).toBe("cancelled");
  });

  it("cancelled in the job that hands the run on", async () => {
    const played = await play({ "trunk-1.1": says("next"), "next.1": WAITS }, { cancel: "next" });
    expect(played.ran).toEqual(["trunk-1 success", "next cancelled", "canceled success"]);
    expect(played.conclusion).toBe("cancelled");
  });

  it("its failed jobs run again: the lost trunk job alone, told the same as before", async () => {
    const does = { "trunk-1.1": branches("1.1"), "trunk-2.1": FAILS, "trunk-2.2": says("done") };
    const { ran, given, conclusion } = await play(does, { rerun: "failed" });
    const again = ran.filter((job) => !/^(?:trunk|legs)-1/.test(job));
    expect([again, conclusion]).toEqual([["trunk-2 success"], "success"]);
    const told = given.filter((line) => line.includes("given trunk-2"));
    expect(told).toHaveLength(2);
    expect(told[1]).toContain('"hop":"1.1"');
  });
});

it("R-GH-19: the jobs carry names that need no expression, and each condition behind the first its own status function", () => {
  const { jobs } = parse(callerWorkflow({ action: "o/r@v1", jobs: { ...defaultJobs(), rounds: 6 } })) as {
    jobs: Record<string, { name: string; if: string; needs?: unknown }>;
  };
  expect(Object.values(jobs).map(({ name }) => name)).toEqual([
    ...[1, 2, 3, 4, 5, 6].flatMap((n) => [`Trunk ${n}`, `Branches ${n}`]),
    ...["Next", "Canceled", "Command"],
  ]);
  const behind = Object.values(jobs).filter(({ needs }) => needs !== undefined);
  expect(behind.filter((job) => !job.if.includes("cancelled()"))).toEqual([]);
});
