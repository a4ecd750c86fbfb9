import { attrOf } from "../../attributes.ts";
import { parseStylesheet } from "../../stylesheet.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

export const rule: BuiltInRule = {
  code: "stylesheet_syntax",
  severity: "error",
  title: "The stylesheet can be read",
  explain:
    "model_stylesheet holds rules: a selector (*, a shape, .class or #node_id) and declarations in braces. The properties are llm_model, llm_provider, reasoning_effort and max_tokens. A stylesheet that cannot be read would leave every stage with another model than its author chose.",
  fix: "Write rules such as: * { llm_model: claude-sonnet-4-5; } #review { reasoning_effort: high; }",
  bad: `digraph g {
  model_stylesheet="* { llm_model: claude-sonnet-4-5; } .code { modle: gpt-5.2; }"
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it", class="code"]
  start -> work
  work -> exit [condition="outcome=success"]
}`,
  good: `digraph g {
  model_stylesheet="* { llm_model: claude-sonnet-4-5; } .code { llm_model: gpt-5.2; }"
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it", class="code"]
  start -> work
  work -> exit [condition="outcome=success"]
}`,
  *check({ graph, within }): Iterable<LintFinding> {
    const attr = attrOf(graph.attrs, "model_stylesheet");
    const parsed = attr === undefined ? null : parseStylesheet(attr.value);
    if (attr === undefined || parsed === null || parsed.ok) return;
    yield {
      message: `the stylesheet cannot be read: ${parsed.error}`,
      at: within(attr, parsed.offset),
      fix: parsed.fix,
    };
  },
};
