import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Boxed, createBoxed, jobOf, logOf } from "./support/boxed.ts";
import { saidIn } from "./support/text.ts";

const PIPELINE = readFileSync(new URL("../../fixtures/workflows/pipeline.yml", import.meta.url), "utf8");

let boxed: Boxed;
let files = 0;

beforeAll(async () => {
  boxed = await createBoxed({ "README.md": "" });
});
afterAll(() => boxed[Symbol.asyncDispose]());

async function run(workflow: string, inputs: Readonly<Record<string, string>> = {}) {
  const file = `pipeline-${++files}.yml`;
  await boxed.commit({ [`.github/workflows/${file}`]: workflow });
  return boxed.run(file, inputs);
}

const changed = (from: string | RegExp, to: string): string => {
  const text = PIPELINE.replace(from, to);
  if (text === PIPELINE) throw new Error(`nothing to change at ${from}`);
  return text;
};

describe("a workflow of trunk, matrix, settle and report", () => {
  it("passes, with results carried by artifacts and counted from the plan", async () => {
    const attempt = await run(PIPELINE);
    expect(attempt.jobs.map(({ key, conclusion }) => [key, conclusion])).toEqual([
      ["trunk", "success"],
      ["branch (0)", "success"],
      ["branch (1)", "success"],
      ["branch (2)", "success"],
      ["settle", "success"],
      ["report", "success"],
    ]);
    expect(saidIn(logOf(jobOf(attempt, "settle")))).toEqual(["a=A b=B c=C"]);
    expect([...(jobOf(attempt, "report")?.summaries.values() ?? [])]).toEqual(["3 of 3 branches\n"]);
    expect(attempt.conclusion).toBe("success");
  });

  it("settles what a failed branch left, and fails as a whole", async () => {
    const attempt = await run(PIPELINE, { fail: "b" });
    expect(saidIn(logOf(jobOf(attempt, "settle")))).toEqual(["a=A c=C"]);
    expect([...(jobOf(attempt, "report")?.summaries.values() ?? [])]).toEqual(["2 of 3 branches\n"]);
    expect(attempt.conclusion).toBe("failure");
  });

  it("needs its `needs`: without it the leg cannot know its plan", async () => {
    const attempt = await run(changed("needs: trunk # branch", "# branch"));
    expect(jobOf(attempt, "branch")?.check.annotations[0]?.message).toContain(
      "Error when evaluating 'strategy' for job 'branch'",
    );
    expect(attempt.conclusion).toBe("failure");
  });

  it("needs fromJSON: the plan is text until then", async () => {
    const attempt = await run(
      changed("fromJSON(needs.trunk.outputs.branches)", "needs.trunk.outputs.branches"),
    );
    expect(attempt.conclusion).toBe("failure");
    expect(attempt.jobs.map(({ key, conclusion }) => [key, conclusion])).toContainEqual([
      "branch",
      "failure",
    ]);
  });

  it("needs its permission: a token that may not read contents cannot check out", async () => {
    const attempt = await run(changed("permissions: { contents: read }", "permissions: { issues: read }"));
    expect(jobOf(attempt, "trunk")?.conclusion).toBe("failure");
    expect(attempt.conclusion).toBe("failure");
  });

  it("needs one artifact name for each leg: a fixed one collides", async () => {
    const attempt = await run(changed(/name: "branch-\$\{\{ matrix.id \}\}-/, `name: "branch-`));
    const legs = attempt.jobs
      .filter(({ key }) => key.startsWith("branch"))
      .map(({ conclusion }) => conclusion);
    expect(legs.sort()).toEqual(["failure", "failure", "success"]);
    expect(attempt.conclusion).toBe("failure");
  });

  it("needs its data outside of scripts: an expression there is executed", async () => {
    const naive = changed('echo "SAY $RESULTS"', `echo "SAY \${{ steps.collect.outputs.results }}"`);
    const safe = await run(PIPELINE, { word: "$(echo INJECTED >&2)" });
    const broken = await run(naive, { word: "$(echo INJECTED >&2)" });
    expect(logOf(jobOf(safe, "settle"))).not.toMatch(/^INJECTED$/m);
    expect(logOf(jobOf(broken, "settle"))).toMatch(/^INJECTED$/m);
  });

  it("needs always() to settle after a failed branch", async () => {
    const attempt = await run(changed("if: always() # settle", "# settle"), { fail: "b" });
    expect(jobOf(attempt, "settle")?.conclusion).toBe("skipped");
  });
});
