import { describe, expect, it } from "vitest";
import { findings, graphOf, places } from "./findings.ts";

const fan = (items: string, before: string, more = ""): string =>
  graphOf(`  ${more}\n  ${before}\n  f [shape=component, items="${items}"]; w [prompt="x"]; j [shape=tripleoctagon]
  start -> p -> f -> w -> j -> exit`);

describe("the items of a fan-out", () => {
  it.each([
    ["a stage is told to set", fan("context.parts", 'p [prompt="Set parts to a list"]')],
    ["a command mentions", fan("parts", 'p [shape=parallelogram, tool_command="./list parts"]')],
    ["the engine sets", fan("tool.output", 'p [shape=parallelogram, tool_command="ls"]')],
    ["is a declared input", fan("input.parts", "p [shape=diamond]", "inputs=parts")],
  ])("R-EASE-4: may be under a key that %s", (_, source) => {
    expect(places(source, "items_key_unset")).toEqual([]);
  });

  it("R-EASE-4: under a key that no stage is told to set are a warning", () => {
    expect(places(fan("context.parts", 'p [prompt="Plan it"]'), "items_key_unset")).toEqual(["warning f"]);
  });

  it("R-EASE-4: that no stage before it can set are an error, whatever a branch may do", () => {
    expect(places(fan("context.parts", "p [shape=diamond]"), "items_key_unset")).toEqual(["error f"]);
  });

  it("R-EASE-4: of an input that is not declared are an error, with what to write", () => {
    const source = fan("input.parts", 'p [prompt="parts"]', "inputs=part");
    expect(findings(source, "items_key_unset")).toMatchObject([
      { severity: "error", message: "items names input.parts, which is no declared input" },
    ]);
  });
});
