import { describe, expect, it } from "vitest";
import { oneJob, saidIn } from "./support/text.ts";
import { createWorld, MAIN } from "./support/world.ts";

const environment = (reviewers: readonly string[] = []) =>
  new Map([
    [
      "production",
      { secrets: new Map([["KEY", "theirs-9f2"]]), variables: new Map([["PLACE", "there"]]), reviewers },
    ],
  ]);
const JOB = oneJob(
  `- env: { KEY: "\${{ secrets.KEY }}" }\n  run: echo "SAY \${#KEY} \${{ vars.PLACE }}"`,
  "environment: production",
);
const options = { secrets: { KEY: "short" }, variables: { PLACE: "here" } };

describe("a job of an environment", () => {
  it("has its secrets and variables before the repository's", async () => {
    await using world = await createWorld({ [MAIN]: JOB }, { ...options, environments: environment() });
    const id = world.queue();
    await world.ended(id);
    expect(saidIn(world.job(id, "job").log)).toEqual(["10 there"]);
  });

  it.each([
    ["approved", "success", ["10 there"]],
    ["rejected", "failure", []],
  ] as const)(
    "that has reviewers waits for one, and when it is %s ends as %s",
    async (state, conclusion, said) => {
      await using world = await createWorld(
        { [MAIN]: JOB },
        { ...options, environments: environment(["ada"]) },
      );
      const id = world.queue();
      const reviewed = await world.records.until(() => world.records.reviews.get(`${id} production`));
      expect(world.job(id, "job").status).toBe("waiting");
      reviewed(state);
      expect((await world.ended(id)).conclusion).toBe(conclusion);
      expect(saidIn(world.job(id, "job").log)).toEqual(said);
    },
  );
});
