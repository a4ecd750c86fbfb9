import { attrOf } from "../../attributes.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

export const rule: BuiltInRule = {
  code: "prompt_file_conflict",
  severity: "error",
  title: "One prompt, not two",
  explain:
    "A node with both prompt and prompt_file says two things, and neither can be preferred without a guess.",
  fix: "Keep one of the two.",
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it", prompt_file="prompts/work.md"]
  start -> work
  work -> exit [condition="outcome=success"]
}`,
  good: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it"]
  start -> work
  work -> exit [condition="outcome=success"]
}`,
  *check({ having }): Iterable<LintFinding> {
    for (const node of having("prompt_file")) {
      const file = attrOf(node.attrs, "prompt_file");
      const prompt = attrOf(node.attrs, "prompt");
      // An inlined prompt is the file's own text.
      if (file === undefined || prompt === undefined || prompt.origin === "derived") continue;
      yield { message: `${node.id} has both a prompt and a prompt_file`, at: file.keyAt, node };
    }
  },
};
