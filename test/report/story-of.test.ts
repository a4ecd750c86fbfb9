import { describe, expect, it } from "vitest";
import type { Cause } from "../../engine/core/outcome.ts";
import { reportOf } from "../../engine/report/from-state.ts";
import { reasonInWords, storyOf } from "../../engine/report/story-of.ts";
import { run } from "../core/world.ts";

const cause: Cause = {
  node_id: "monsters",
  reason: "the bestiary answered 503",
  class: "transient_infra",
  signature: "x",
};
const told = { cause, label: "Monsters", branch: null, tries: { made: 0, most: 0 }, alsoFailed: 0 };

describe("the cause in a person's words", () => {
  it("is made of label, class and reason", () => {
    expect(storyOf(told)).toMatchObject({
      sentence: "Monsters failed: the bestiary answered 503",
      aside: "transient; retried 0 of 0 times",
    });
    const more = { ...told, branch: "level 2", tries: { made: 2, most: 3 }, alsoFailed: 2 };
    expect(storyOf(more)).toMatchObject({
      sentence: "Monsters in branch level 2 failed: the bestiary answered 503",
      aside: "transient; retried 2 of 3 times; 2 more branches failed",
    });
    const asked = { ...told, label: "Tools there?", cause: { ...cause, class: "deterministic" as const } };
    expect(storyOf(asked)).toMatchObject({
      sentence: "“Tools there?” failed: the bestiary answered 503",
      aside: "the same attempt would fail again",
    });
  });

  it.each([
    ["exit status 1: not here: Makefile", "not here: Makefile", "exit status 1"],
    ["max retries exceeded: the bestiary answered 503", "the bestiary answered 503", null],
    ["exit status 2", "exit status 2", "exit status 2"],
    ["exit status 3\nno such disk.", "no such disk", "exit status 3"],
    ["\n\n  first line\nsecond", "first line", null],
    ["", "no reason was given", null],
    ["\x1b[31mred\x1b[0m", "red", null],
  ])("of %j is %j", (reason, words, exit) => {
    expect(reasonInWords(reason)).toEqual({ words, exit });
  });

  it("keeps a long reason to one line", () => {
    const { words } = reasonInWords(`${"word ".repeat(500)}\nmore`);
    expect(words.length).toBeLessThan(260);
    expect(words).toMatch(/…$/);
  });

  it("of a failed join is the branch's own, with its label", () => {
    const { state, pipeline } = run(
      `digraph g { start [shape=Mdiamond]; exit [shape=Msquare]
        fan [shape=component, join_policy=k_of_n, k=2]; join [shape=tripleoctagon]
        m [shape=parallelogram, label="Monsters", tool_command="true"]; t [shape=parallelogram, label="Traps", tool_command="true"]
        start -> fan; fan -> m -> join; fan -> t -> join; join -> exit [condition="outcome=success"] }`,
      { outcomes: { m: ["fail: exit status 1: the bestiary answered 503"] } },
    );
    const report = reportOf(state, pipeline, { findings: [], next: [], links: [] });
    expect(report.story?.sentence).toBe("Monsters failed: the bestiary answered 503");
    expect(report.causes.map((each) => each.node_id)).toEqual(["join", "m"]);
    expect(report.path.map((step) => [step.label, step.state])).toEqual([
      ["fan", "success"],
      ["join", "fail"],
    ]);
  });
});
