/** What GitHub and a repository's settings refuse in `uses` and `runs-on`. */
import { describe, expect, it } from "vitest";
import { oneJob, saidIn } from "./support/text.ts";
import { createWorld, MAIN, runOnce, type WorldOptions } from "./support/world.ts";

const SAYS =
  "name: a\ndescription: a\nruns: { using: composite, steps: [{ run: echo SAY here, shell: bash }] }";
const wrap = (uses: string) =>
  `name: a\ndescription: a\nruns: { using: composite, steps: [{ uses: "${uses}" }] }`;

/** What a run of one step says, or why it could not. */
async function tryUse(uses: string, options: WorldOptions = {}, action = SAYS) {
  await using world = await createWorld(
    { [MAIN]: oneJob(`- uses: ${uses}`), "act/action.yml": SAYS },
    options,
  );
  const sha = world.commit("tools/kit", { "action.yml": action });
  if (uses.endsWith("@SHA"))
    world.commit("acme/app", { [MAIN]: oneJob(`- uses: ${uses.replace("SHA", sha)}`) });
  world.commit("other/kit", { "action.yml": SAYS });
  const id = world.queue();
  const run = await world.ended(id);
  return {
    conclusion: run.conclusion,
    said: run.jobs.flatMap(({ log }) => saidIn(log)),
    why: [
      ...world.executor.problems(id),
      ...run.jobs.flatMap(({ annotations }) => annotations.map((one) => one.message)),
    ].join("\n"),
  };
}

describe("a runner before 2.336, as GitHub still registers them,", () => {
  it.each(["$/", "$/act", "$/act@v1"])("does not know uses: %s, and the run has no job", async (uses) => {
    expect(await tryUse(uses)).toEqual({
      conclusion: "startup_failure",
      said: [],
      why: expect.stringContaining(`Expected format {org}/{repo}[/path]@ref. Actual '${uses}'`),
    });
  });

  it("does not know it inside an action either, nor in a called workflow", async () => {
    expect(await tryUse("tools/kit@main", {}, wrap("$/act"))).toMatchObject({
      conclusion: "failure",
      why: expect.stringContaining("Expected format {org}/{repo}[/path]@ref. Actual '$/act'"),
    });
    const called = await runOnce(
      "on: workflow_dispatch\njobs: { call: { uses: ./.github/workflows/c.yml } }",
      {
        files: {
          ".github/workflows/c.yml": `on: workflow_call\n${oneJob("- uses: $/act").split("\n").slice(2).join("\n")}`,
        },
      },
    );
    await using world = called;
    expect(called.run.conclusion).toBe("startup_failure");
    expect(world.executor.problems(called.id)[0]).toContain("Actual '$/act'");
  });
});

describe("a repository's settings", () => {
  const selected = (...patterns: string[]): WorldOptions => ({ settings: { allowed: "selected", patterns } });

  it.each([
    ["all", {}, "tools/kit@main", true],
    ["local ones only", { settings: { allowed: "local_only" } }, "tools/kit@main", false],
    ["selected, this one", selected("tools/*"), "tools/kit@main", true],
    ["selected, not this one", selected("tools/*"), "other/kit@main", false],
    ["selected, and this one blocked", selected("tools/*", "!tools/kit@*"), "tools/kit@main", false],
    ["SHA pins, not pinned", { settings: { shaPinning: true } }, "tools/kit@main", false],
    ["SHA pins, pinned", { settings: { shaPinning: true } }, "tools/kit@SHA", true],
  ] as const)("%s", async (_name, options: WorldOptions, uses, allowed) => {
    const { conclusion, said, why } = await tryUse(uses, options);
    expect({ conclusion, said }).toEqual(
      allowed ? { conclusion: "success", said: ["here"] } : { conclusion: "failure", said: [] },
    );
    if (!allowed)
      expect(why).toMatch(/The action .* is not allowed in acme\/app because all actions must be/);
  });

  it("hold for the actions inside an action", async () => {
    const options: WorldOptions = { settings: { shaPinning: true } };
    expect(await tryUse("tools/kit@SHA", options, wrap("other/kit@main"))).toMatchObject({
      conclusion: "failure",
      why: expect.stringContaining(
        "The action other/kit@main is not allowed in acme/app because all actions must be pinned to a full-length commit SHA.",
      ),
    });
  });
});

describe("a called workflow of another owner", () => {
  it.each([
    ["ubuntu-latest", "success"],
    ["my-runner", "failure"],
  ])("runs on %s: %s", async (label, conclusion) => {
    await using world = await createWorld(
      { [MAIN]: "on: workflow_dispatch\njobs: { call: { uses: tools/kit/.github/workflows/c.yml@main } }" },
      { executor: { labels: ["ubuntu-latest", "my-runner"] } },
    );
    world.commit("tools/kit", {
      ".github/workflows/c.yml": `on: workflow_call\njobs: { in: { runs-on: ${label}, steps: [{ run: echo }] } }`,
    });
    const id = world.queue();
    expect((await world.ended(id)).conclusion).toBe(conclusion);
    const said = world
      .job(id, "call / in")
      .annotations.map(({ message }) => message)
      .join();
    expect(
      said.includes(`across organisations/enterprises. Failed to queue this job. Labels: '${label}'`),
    ).toBe(conclusion === "failure");
  });
});
