import { describe, expect, it } from "vitest";
import type { Rule } from "../../engine/graph/lint/rule.ts";
import { parse } from "../../engine/graph/parse.ts";
import { InvalidGraphError, prepare, validate, validateOrThrow } from "../../engine/graph/prepare.ts";

const GOOD = `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it"]
  start -> work
  work -> exit [condition="outcome=success"]
}`;
const BAD = GOOD.replace("outcome=success", "outcome==success").replace(
  "[shape=Msquare]",
  "[shape=Msquare]; start -> start",
);

const noReview: Rule = {
  code: "needs_review",
  severity: "error",
  *check({ graph, ofType }) {
    if (!graph.nodes.has("review")) yield { message: "somebody must review", node: ofType("agent")[0]! };
  },
};

describe("preparing a graph", () => {
  it("gives a pipeline exactly when no finding is an error", () => {
    expect(prepare(GOOD).pipeline?.start).toBe("start");
    expect(prepare(BAD).pipeline).toBeNull();
    expect(prepare(BAD).graph).not.toBeNull();
  });

  it("gives what the parser says and nothing more for a text that is no graph", () => {
    const { pipeline, graph, diagnostics } = prepare("graph { a -- b }");
    expect([pipeline, graph]).toEqual([null, null]);
    expect(diagnostics.length).toBeGreaterThan(0);
    expect(diagnostics).toEqual(parse("graph { a -- b }").diagnostics);
  });

  it("lists findings in the order of the text", () => {
    const offsets = prepare(BAD).diagnostics.map(({ at }) => at.offset);
    expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
  });
});

describe("the library calls", () => {
  it("R-LANG-7: validate takes a text or a graph, and rules of the caller's own", () => {
    expect(validate(GOOD).filter(({ severity }) => severity === "error")).toEqual([]);
    expect(validate(parse(GOOD).graph!).map(({ rule }) => rule)).toEqual(
      validate(GOOD).map(({ rule }) => rule),
    );
    const found = validate(GOOD, [noReview]).find(({ rule }) => rule === "needs_review");
    expect(found).toEqual({
      rule: "needs_review",
      severity: "error",
      message: "somebody must review",
      node_id: "work",
      at: { line: 4, column: 3, offset: GOOD.indexOf("work [") },
    });
  });

  it("R-LANG-7: validateOrThrow throws all errors, with their places, and else gives the warnings", () => {
    expect(validateOrThrow(GOOD).every(({ severity }) => severity !== "error")).toBe(true);
    let thrown: unknown;
    try {
      validateOrThrow(BAD, [noReview]);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(InvalidGraphError);
    const { message, diagnostics } = thrown as InvalidGraphError;
    expect(message).toMatch(/^3:\d+ start_no_incoming: .*\n4:3 needs_review: .*\n6:\d+ condition_syntax: /);
    expect(diagnostics).toEqual(validate(BAD, [noReview]));
  });
});
