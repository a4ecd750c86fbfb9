import { describe, expect, it } from "vitest";
import { otherNames } from "../../engine/stages/output-names.ts";
import { pipelineOf } from "../core/world.ts";

const graph = (condition: string) =>
  pipelineOf(`digraph g { s [shape=Mdiamond]; e [shape=Msquare]; a [prompt=x]
    s -> a; a -> e [condition="${condition}"]; a -> e [weight=1] }`);

describe("a command's output under the names of other programs", () => {
  it("R-LANG-12: is said where a condition reads it, and nowhere else", () => {
    const output = "first\n last one \n";
    expect(otherNames(graph("context.tool_stdout=x"), output)).toEqual({ tool_stdout: "first\n last one" });
    expect(otherNames(graph("context.tool.last_line=x"), output)).toEqual({ "tool.last_line": "last one" });
    expect(otherNames(graph("outcome=success"), output)).toEqual({});
  });
});
