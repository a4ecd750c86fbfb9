import { attrOf } from "../../attributes.ts";
import { literalsOf } from "../../condition.ts";
import type { Attr, TextPosition } from "../../model.ts";
import { STYLE_ALIASES } from "../../stylesheet.ts";
import type { LintContext } from "../context.ts";
import { byShape } from "../facts/shapes.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

const ATTRIBUTES = new Map([
  ["script", "tool_command"],
  ["stack.child_workflow", "stack.child_dotfile"],
]);
const SHAPES = new Map([
  ["tab", "an agent"],
  ["insulator", "a pause"],
]);
const STATUSES = new Map([
  ["succeeded", "success"],
  ["partially_succeeded", "partial_success"],
  ["failed", "fail"],
]);

export const rule: BuiltInRule = {
  code: "other_dialect",
  severity: "info",
  title: "The graph is written for another program",
  explain:
    "Words of Fabro's dialect are read as what they mean here: script as tool_command, model and provider in a stylesheet as llm_model and llm_provider, succeeded and failed as success and fail, stack.child_workflow as stack.child_dotfile. This is said once for a graph. docs/reference/dialects.md lists what of Fabro, Kilroy and tracker runs as it is.",
  fix: "Nothing needs to be done; with the words of the specification other programs read the graph too.",
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  test [shape=parallelogram, script="make test"]
  start -> test
  test -> exit [condition="outcome=succeeded"]
}`,
  good: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  test [shape=parallelogram, tool_command="make test"]
  start -> test
  test -> exit [condition="outcome=success"]
}`,
  *check(context): Iterable<LintFinding> {
    const words = foreignWords(context).toSorted((a, b) => a.at.offset - b.at.offset);
    const [first] = words;
    if (first === undefined) return;
    const said = [...new Set(words.map(({ written, means }) => `${written} is read as ${means}`))];
    yield { message: `words of Fabro's dialect: ${said.join(", ")}`, at: first.at };
  },
};

interface Word {
  readonly written: string;
  readonly means: string;
  readonly at: TextPosition;
}

function foreignWords(context: LintContext): Word[] {
  const { graph, holders, clauses } = context;
  const words: Word[] = [];
  for (const [written, means] of ATTRIBUTES) {
    for (const { attrs } of [graph, ...(holders.get(written) ?? [])]) {
      const attr = attrs.get(written);
      if (attr !== undefined) words.push({ written, means, at: attr.keyAt });
    }
  }
  for (const [shape, means] of SHAPES) {
    for (const { attrs } of context.once(byShape).get(shape) ?? [])
      words.push({ written: `shape=${shape}`, means, at: attrs.get("shape")!.keyAt });
  }
  const sheet = attrOf(graph.attrs, "model_stylesheet");
  for (const [written, means] of sheet ? STYLE_ALIASES : []) {
    if (new RegExp(`[{;]\\s*${written}\\s*:`).test(sheet!.value))
      words.push({ written, means, at: sheet!.keyAt });
  }
  // Most edges say the same: of each text the first is looked at.
  const asked = new Map<string, { readonly attr: Attr; readonly statuses: Set<string> }>();
  for (const { attr, clause } of clauses()) {
    if (clause.key !== "outcome") continue;
    const one = asked.get(attr.value) ?? { attr, statuses: new Set() };
    if (one.attr !== attr) continue;
    asked.set(attr.value, one);
    for (const literal of literalsOf(clause)) one.statuses.add(literal);
  }
  for (const { attr, statuses } of asked.values()) {
    for (const [written, means] of STATUSES) {
      // The clause holds the canonical word; what was written stands in the text.
      if (statuses.has(means) && new RegExp(`\\b${written}\\b`, "i").test(attr.value))
        words.push({ written, means, at: attr.keyAt });
    }
  }
  return words;
}
