import { textOf } from "../../attributes.ts";
import type { BuiltInRule, Finding } from "../rule.ts";

export const rule: BuiltInRule = {
  code: "tool_command_required",
  severity: "error",
  title: "A tool stage has a command",
  explain:
    "A tool stage runs its tool_command. Without one there is nothing to run, and the stage could only fail.",
  fix: "Give the node tool_command, or another shape.",
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  test [shape=parallelogram]
  start -> test
  test -> exit [condition="outcome=success"]
}`,
  good: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  test [shape=parallelogram, tool_command="make test"]
  start -> test
  test -> exit [condition="outcome=success"]
}`,
  *check({ ofType, customTypes }): Iterable<Finding> {
    for (const node of ofType("tool")) {
      if (customTypes.has(textOf(node.attrs, "type") ?? "")) continue;
      if ((textOf(node.attrs, "tool_command") ?? "").trim() !== "") continue;
      yield { message: `the tool stage ${node.id} has no tool_command`, node };
    }
  },
};
