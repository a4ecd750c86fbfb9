import { describe, expect, it } from "vitest";
import { plainOf, record } from "../../../box/executor/expressions/data.ts";
import { evaluate, holds, scopeOf } from "../../../box/executor/expressions/evaluate.ts";

const scope = scopeOf({
  github: record({ ref: "refs/heads/main", event_name: "push" }),
  needs: plainOf({
    a: { result: "success", outputs: { list: '[{"id":"x"},{"id":"y"}]' } },
    b: { result: "failure" },
  }),
  steps: plainOf({ s: { outputs: { __proto__x: "kept", ["__proto__"]: "own" } } }),
});

describe("expressions", () => {
  it("turn a needs output into the list that a matrix is made of", () => {
    expect(evaluate("fromJSON(needs.a.outputs.list)", scope)).toEqual([
      record({ id: "x" }),
      record({ id: "y" }),
    ]);
  });

  it("gather one property of all entries with a star", () => {
    expect(evaluate("join(needs.*.result, ',')", scope)).toBe("success,failure");
  });

  it("compare text without regard to case", () => {
    expect(evaluate("github.EVENT_NAME == 'PUSH'", scope)).toBe(true);
  });

  it("answer the last operand of && and ||, which serves as a choice", () => {
    expect(evaluate("github.ref == 'refs/heads/main' && 'prod' || 'test'", scope)).toBe("prod");
  });

  it("give nothing for a property that is not there", () => {
    expect(evaluate("needs.a.outputs.missing", scope)).toBe(null);
    expect(evaluate("format('[{0}]', needs.zzz.outputs.x)", scope)).toBe("[]");
  });

  it("refuse a context that the place does not have", () => {
    expect(() => evaluate("secrets.TOKEN", scope)).toThrow(/Unrecognized named-value: 'secrets'/);
  });

  it("refuse a function that nobody knows", () => {
    expect(() => evaluate("success()", scope)).toThrow(/Unrecognized function: 'success'/);
  });

  it("fail on JSON that is none", () => {
    expect(() => evaluate("fromJSON(needs.a.result)", scope)).toThrow();
  });

  it("undouble every doubled quote of a text", () => {
    expect(evaluate("format('it''s {0}, isn''t it''', 'so')", scope)).toBe("it's so, isn't it'");
  });

  it("hold for everything but false, 0, empty text and null", () => {
    const truth = ["false", "0", "''", "null", "'false'", "1", "needs.a"].map((text) => holds(text, scope));
    expect(truth).toEqual([false, false, false, false, true, true, true]);
  });
});
