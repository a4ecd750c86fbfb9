import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Act, actInstalled, prepareAct } from "./support/act.ts";
import { type Boxed, createBoxed, logOf } from "./support/boxed.ts";
import { facts, repositoryFiles } from "./support/facts.ts";
import { saidIn } from "./support/text.ts";

const SECRETS = { KEY: "hush-hush" };

describe("what GitHub documents holds in the box", () => {
  let boxed: Boxed;
  beforeAll(async () => {
    boxed = await createBoxed(repositoryFiles);
    for (const [name, value] of Object.entries(SECRETS)) boxed.repository.secrets.set(name, value);
  });
  afterAll(() => boxed[Symbol.asyncDispose]());

  it.each(facts.map((fact) => [fact.fact, fact] as const))("%s", async (_title, { file, run, says }) => {
    const attempt = await boxed.run(file);
    expect(attempt.conclusion).toBe(run);
    expect(attempt.jobs.flatMap((job) => saidIn(logOf(job)).map((text) => text.trimEnd())).sort()).toEqual(
      says,
    );
  });
});

describe("act and the box differ only where act's gaps are known", () => {
  let act: Act | undefined;
  beforeAll(() => {
    if (actInstalled) act = prepareAct(repositoryFiles, SECRETS);
    else console.info("comparison with act: not run, act is not installed");
  });
  afterAll(() => act?.[Symbol.dispose]());

  it("every known gap is one: act does something else than GitHub there", () => {
    for (const { file, run, says, act: gap } of facts) {
      if (gap !== undefined) expect({ run: gap.run, says: gap.says }, file).not.toEqual({ run, says });
    }
  });

  it.each((actInstalled ? facts : []).map((fact) => [fact.file, fact] as const))("%s", async (file, fact) => {
    const expected = fact.act ?? { run: fact.run, says: fact.says };
    expect(await act?.run(file)).toEqual({ run: expected.run, says: expected.says });
  });
});
