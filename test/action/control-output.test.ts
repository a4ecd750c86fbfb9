import { describe, expect, it } from "vitest";
import { controlOutputText, type LegsOutput, parseControlOutput } from "../../action/hop/control-output.ts";

const LEGS: LegsOutput = {
  kind: "legs",
  hop: 3,
  epoch: 4,
  max: 2,
  legs: ["01 Pirates", "03 Ül-b.c"],
  readOnly: [],
  used: 0,
};
const many = (n: number) => Array.from({ length: n }, (_, i) => String(i + 1).padStart(2, "0"));

describe("what a trunk job says to the next jobs", () => {
  it.each([
    ["next", { kind: "next" }],
    ["done", { kind: "done" }],
    ['{"v":1,"hop":"3.4","max":2,"legs":["01 Pirates","03 Ül-b.c"]}', LEGS],
    ['{"v":1,"hop":"3.4","max":2,"legs":["01 Pirates","03 Ül-b.c"],"used":250}', { ...LEGS, used: 250 }],
    [
      '{"v":1,"hop":"3.4","max":2,"legs":[],"read_only":["00 Image"]}',
      { ...LEGS, legs: [], readOnly: ["00 Image"] },
    ],
  ] as const)("%s is read as it was written", (text, go) => {
    expect(parseControlOutput(text)).toEqual(go);
    expect(controlOutputText(go)).toBe(text);
  });

  it("nothing that arrived is no word of the job", () => expect(parseControlOutput("")).toBeNull());

  it.each([
    ["a word of its own", "legs"],
    ["no branch", '{"v":1,"hop":"3.4","max":2,"legs":[]}'],
    ["a branch without a number", '{"v":1,"hop":"3.4","max":2,"legs":["Pirates"]}'],
    ["one branch twice", '{"v":1,"hop":"3.4","max":2,"legs":["01 a","01 b"]}'],
    ["one branch in both lists", '{"v":1,"hop":"3.4","max":2,"legs":["01 a"],"read_only":["01 a"]}'],
    ["too many", JSON.stringify({ v: 1, hop: "3.4", max: 2, legs: many(257) })],
    ["a hop without an epoch", '{"v":1,"hop":"3","max":2,"legs":["01"]}'],
    ["nobody at a time", '{"v":1,"hop":"3.4","max":0,"legs":["01"]}'],
  ])("refuses %s", (_what, text) => expect(() => parseControlOutput(text)).toThrow("go "));

  it("is never written without a branch", () =>
    expect(() => controlOutputText({ ...LEGS, legs: [] })).toThrow());
});
