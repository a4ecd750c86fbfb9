import { textOf } from "../../attributes.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

export const rule: BuiltInRule = {
  code: "prompt_on_llm_nodes",
  severity: "warning",
  title: "An agent stage says what to do",
  explain:
    "A stage for a model is asked its prompt, or its label when it has none. With neither, all that the model is told is the node's id.",
  fix: "Give the node a prompt, a prompt_file or at least a label.",
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work
  start -> work
  work -> exit [condition="outcome=success"]
}`,
  good: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Write the parser and its tests"]
  start -> work
  work -> exit [condition="outcome=success"]
}`,
  *check({ ofType, customTypes }): Iterable<LintFinding> {
    for (const node of ofType("agent")) {
      const { id, attrs } = node;
      if (customTypes.has(textOf(attrs, "type") ?? "")) continue;
      if (["prompt", "prompt_file", "label"].some((key) => textOf(attrs, key) !== null)) continue;
      yield { message: `${id} has neither a prompt nor a label`, node };
    }
  },
};
