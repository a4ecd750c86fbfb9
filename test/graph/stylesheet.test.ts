import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { indexStyles, parseStylesheet, styleFor } from "../../engine/graph/stylesheet.ts";

const style = (
  sheet: string,
  node: { id?: string; shape?: string; classes?: string[] },
): Record<string, string> => {
  const parsed = parseStylesheet(sheet);
  if (!parsed.ok) throw new Error(parsed.error);
  const { id = "n", shape = "box", classes = [] } = node;
  return Object.fromEntries(styleFor(indexStyles(parsed.rules), { id, shape, classes }));
};

describe("comments", () => {
  it("R-LANG-2: of both kinds may stand wherever space may", () => {
    const sheet = `/* all { } */ * /* of them */ { // the cheap one; }
      llm_model: /* : */ a; /* ; */ llm_provider: "x//y" } // end`;
    expect(style(sheet, {})).toEqual({ llm_model: "a", llm_provider: "x//y" });
    expect(style("* { llm_model: a//b; }", {})).toEqual({ llm_model: "a//b" });
  });

  it("R-LANG-2: that never end are errors", () => {
    expect(parseStylesheet("* { llm_model: a; } /* x")).toMatchObject({ ok: false, offset: 20 });
  });
});

describe("selectors", () => {
  const sheet = `
    * { llm_model: any; llm_provider: p; }
    box { llm_model: shape }
    .code { llm_model: class; max_tokens: 100; }
    #review { llm_model: id; reasoning_effort: "high"; }`;

  it.each([
    [{ shape: "hexagon" }, "any"],
    [{}, "shape"],
    [{ classes: ["code"] }, "class"],
    [{ id: "review", classes: ["code"] }, "id"],
  ])("R-LANG-2: %j takes the most specific: %s", (node, model) => {
    expect(style(sheet, node).llm_model).toBe(model);
  });

  it("merges what the less specific say with the rest", () => {
    expect(style(sheet, { id: "review", classes: ["code"] })).toEqual({
      llm_model: "id",
      llm_provider: "p",
      max_tokens: "100",
      reasoning_effort: "high",
    });
  });

  it("R-LANG-2: the later rule wins among equals, across classes too, whatever the order of a node's classes", () => {
    const rules = ".b { llm_model: b; } .a { llm_model: first; } .a { llm_model: a; }";
    expect(style(rules, { classes: ["a", "b"] }).llm_model).toBe("a");
    expect(style(rules, { classes: ["b", "a"] }).llm_model).toBe("a");
  });

  it("a specific rule wins over a later one that is less so", () => {
    expect(style("#n { llm_model: id; } * { llm_model: any; }", {}).llm_model).toBe("id");
  });

  it("names of object properties are ordinary names", () => {
    expect(style("#__proto__ { llm_model: x; } constructor { llm_model: y }", {})).toEqual({});
    expect(style("#__proto__ { llm_model: x; }", { id: "__proto__" })).toEqual({ llm_model: "x" });
  });
});

describe("values", () => {
  it.each([
    ["claude-opus-4.6", "claude-opus-4.6"],
    ["gpt-5.2", "gpt-5.2"],
    ['"a model; with { signs"', "a model; with { signs"],
    ['"say \\"x\\""', 'say "x"'],
    ["openrouter/vendor:free", "openrouter/vendor:free"],
  ])("%s is %s", (written, value) => {
    expect(style(`* { llm_model: ${written}; }`, {}).llm_model).toBe(value);
    expect(style(`* { llm_model:${written}}`, {}).llm_model).toBe(value);
  });

  it("an empty sheet has no rules, an empty rule none either", () => {
    expect(parseStylesheet("  \n ")).toEqual({ ok: true, rules: [] });
    expect(style("* { }", {})).toEqual({});
  });
});

describe("errors", () => {
  it.each([
    ["* { modle: x; }", 4, "unknown property modle", "llm_model"],
    ["* { llm_model x; }", 14, "expected : after llm_model", "write :"],
    ["* { llm_model: ; }", 15, "llm_model has no value", "llm_model: value;"],
    ["* { llm_model: a b; }", 17, "expected ; or }", "end each declaration"],
    ["* llm_model: a; }", 2, "expected { after the selector *", "write {"],
    ["* { llm_model: a; ", 18, "found the end", "}"],
    [".code, .fast { llm_model: a; }", 5, "expected { after the selector code", "write {"],
    ["!x { }", 0, "expected a selector", ".class"],
    ["* { max_tokens: many; }", 16, "not a whole number", "digits"],
    ["* { max_tokens: 0 }", 16, "too small", "1 or more"],
    ['* { llm_model: "open }', 15, "has no value", "value;"],
  ])("R-LANG-2: %j fails at %i", (sheet, offset, error, fix) => {
    const parsed = parseStylesheet(sheet);
    expect(parsed).toMatchObject({ ok: false, offset });
    if (parsed.ok) return;
    expect(parsed.error).toContain(error);
    expect(parsed.fix).toContain(fix);
  });

  it("never throws, and points into the text", () => {
    const piece = fc.constantFrom(
      "*",
      "#a",
      ".b",
      "box",
      "{",
      "}",
      ":",
      ";",
      "llm_model",
      '"',
      " ",
      "\\",
      "x",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((parts) => parts.join("")),
        ),
        (sheet) => {
          const parsed = parseStylesheet(sheet);
          return parsed.ok || (parsed.offset >= 0 && parsed.offset <= sheet.length);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
