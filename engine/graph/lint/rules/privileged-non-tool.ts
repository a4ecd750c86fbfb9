import { attrOf } from "../../attributes.ts";
import { readBoolean } from "../../compile/read.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

export const rule: BuiltInRule = {
  code: "privileged_non_tool",
  severity: "error",
  title: "Only tool stages are privileged",
  explain:
    "privileged=true gives a command sudo and docker, within reach of tokens and of other stages. A tool stage runs the command that stands in the graph, which a person can read. What an agent runs nobody has read.",
  fix: "Remove privileged, and put the command that needs it into a tool stage.",
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Build the image", privileged=true]
  start -> work
  work -> exit [condition="outcome=success"]
}`,
  good: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  image [shape=parallelogram, tool_command="make image", privileged=true]
  start -> image
  image -> exit [condition="outcome=success"]
}`,
  *check({ having, handler }): Iterable<LintFinding> {
    for (const node of having("privileged")) {
      const attr = attrOf(node.attrs, "privileged");
      if (attr === undefined || handler(node.id) === "tool") continue;
      if (readBoolean(node.attrs, "privileged") !== true) continue;
      yield { message: `${node.id} is no tool stage and cannot be privileged`, at: attr.keyAt, node };
    }
  },
};
