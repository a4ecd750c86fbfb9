import { describe, expect, it } from "vitest";
import { bareLabel } from "../../../engine/graph/labels.ts";
import { optionsOf } from "../../../engine/stages/human/accelerator.ts";
import { matchTyped } from "../../../engine/stages/human/match.ts";
import type { Question, QuestionType } from "../../../engine/stages/human/question.ts";

const question = (type: QuestionType, labels: readonly string[] = []): Question => ({
  text: "?",
  type,
  options: optionsOf(labels),
  stage: "gate",
});

describe("the key that a label offers", () => {
  it.each([
    ["[Y] Yes, deploy", "Y", "Yes, deploy"],
    ["Y) Yes, deploy", "Y", "Yes, deploy"],
    ["Y - Yes, deploy", "Y", "Yes, deploy"],
    ["Yes, deploy", "Y", "Yes, deploy"],
    ["[go] Go on", "GO", "Go on"],
    ["well-known", "W", "well-known"],
    ["a-b", "A", "a-b"],
  ])("%s", (label, key, bare) => {
    expect(optionsOf([label])).toEqual([{ key, label }]);
    expect(bareLabel(label)).toBe(bare);
  });

  it("that is taken becomes a number, so that every key means one thing", () => {
    expect(optionsOf(["Yes", "Yes, but", "2) Two", "", "Yet"]).map(({ key }) => key)).toEqual([
      "Y",
      "2",
      "3",
      "4",
      "5",
    ]);
  });
});

describe("an answer", () => {
  const choice = question("MULTIPLE_CHOICE", ["[A] Approve", "[R] Request changes", "Abort"]);

  it.each([
    ["a", "[A] Approve"],
    [" R ", "[R] Request changes"],
    ["approve", "[A] Approve"],
    ["[r] request   changes", "[R] Request changes"],
    ["3", "Abort"],
    ["ABORT", "Abort"],
  ])("%j is a choice by key or by label", (typed, label) => {
    expect(matchTyped(choice, typed)).toMatchObject({
      ok: true,
      answer: { value: "OPTION", option: { label } },
    });
  });

  it.each(["", "x", "appro", "yes", "1", "4", "Approve Abort"])(
    "%j matches nothing and is refused, never the first",
    (typed) => {
      const matched = matchTyped(choice, typed);
      expect(matched.ok).toBe(false);
      expect(!matched.ok && matched.why).toContain("[A] Approve, [R] Request changes, [3] Abort");
    },
  );

  it("that names two choices is refused", () => {
    const twins = question("MULTIPLE_CHOICE", ["[A] Go", "[B] Go"]);
    expect(matchTyped(twins, "go")).toMatchObject({
      ok: false,
      why: expect.stringContaining("names 2 choices"),
    });
    expect(matchTyped(twins, "b")).toMatchObject({ ok: true, answer: { option: { key: "B" } } });
  });

  it("to yes or no is one of both", () => {
    for (const type of ["YES_NO", "CONFIRMATION"] as const) {
      expect(matchTyped(question(type), "Y")).toEqual({ ok: true, answer: { value: "YES" } });
      expect(matchTyped(question(type), "no")).toEqual({ ok: true, answer: { value: "NO" } });
      for (const typed of ["", "maybe", "yess"]) expect(matchTyped(question(type), typed).ok).toBe(false);
    }
  });

  it("in free text is the text, unless it is one of the offered choices", () => {
    const free = question("FREEFORM", ["[A] Approve"]);
    expect(matchTyped(free, "  rename it first ")).toEqual({
      ok: true,
      answer: { value: "TEXT", text: "rename it first" },
    });
    expect(matchTyped(free, "approve")).toMatchObject({ answer: { value: "OPTION" } });
    expect(matchTyped(free, " ").ok).toBe(false);
  });
});
