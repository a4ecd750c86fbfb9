import { attrOf, textOf } from "../../attributes.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

export const rule: BuiltInRule = {
  code: "tool_command_required",
  severity: "error",
  title: "A tool stage has a command that can be run",
  explain:
    "A tool stage runs its tool_command. Without one there is nothing to run, and the stage could only fail. The same holds for a command with a NUL byte, which no program can be given.",
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
  *check({ ofType, customTypes }): Iterable<LintFinding> {
    for (const node of ofType("tool")) {
      if (customTypes.size > 0 && customTypes.has(textOf(node.attrs, "type") ?? "")) continue;
      const command = attrOf(node.attrs, "tool_command");
      if ((command?.value ?? "").trim() === "")
        yield { message: `the tool stage ${node.id} has no tool_command`, node };
      else if (command!.value.includes("\0")) {
        const message = `the command of ${node.id} holds a NUL byte`;
        yield { message, at: command!.valueAt, node, fix: "take the byte out; printf '\\0' writes one" };
      }
    }
  },
};
