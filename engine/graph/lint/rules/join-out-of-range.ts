import { attrOf, textOf } from "../../attributes.ts";
import type { GraphNode } from "../../model.ts";
import { parseInteger, parseNumber } from "../../values.ts";
import type { LintContext } from "../context.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

export const rule: BuiltInRule = {
  code: "join_out_of_range",
  severity: "error",
  title: "A join policy can be met",
  explain:
    "k_of_n waits for k successes: with fewer branches than k it can only fail. k and max_parallel are at least 1, and quorum_fraction is a share of the branches, more than 0 and at most 1.",
  fix: "Write a number that the branches can reach.",
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  split [shape=component, join_policy=k_of_n, k=3]
  a [prompt="One way"]
  b [prompt="Another way"]
  join [shape=tripleoctagon, retry_target="split"]
  start -> split -> {a b} -> join
  join -> exit [condition="outcome=success"]
}`,
  good: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  split [shape=component, join_policy=k_of_n, k=1]
  a [prompt="One way"]
  b [prompt="Another way"]
  join [shape=tripleoctagon, retry_target="split"]
  start -> split -> {a b} -> join
  join -> exit [condition="outcome=success"]
}`,
  *check(context): Iterable<LintFinding> {
    for (const node of context.ofType("parallel")) {
      yield* tooSmall(node, "k");
      yield* tooSmall(node, "max_parallel");
      yield* tooMany(context, node);
      yield* oddShare(node);
    }
  },
};

function* tooSmall(node: GraphNode, name: string): Iterable<LintFinding> {
  const attr = attrOf(node.attrs, name);
  const value = attr === undefined ? null : parseInteger(attr.value);
  if (attr === undefined || !value?.ok || value.value >= 1) return;
  yield { message: `${name} is ${value.value}; it must be at least 1`, at: attr.valueAt, node };
}

function* tooMany({ out }: LintContext, node: GraphNode): Iterable<LintFinding> {
  const attr = attrOf(node.attrs, "k");
  const k = attr === undefined ? null : parseInteger(attr.value);
  // How many branches a list makes is known only at run time.
  if (attr === undefined || !k?.ok || textOf(node.attrs, "items") !== null) return;
  const branches = out(node.id).length;
  if (textOf(node.attrs, "join_policy") !== "k_of_n" || k.value <= branches) return;
  yield { message: `k is ${k.value}, but ${node.id} has only ${branches} branches`, at: attr.valueAt, node };
}

function* oddShare(node: GraphNode): Iterable<LintFinding> {
  const attr = attrOf(node.attrs, "quorum_fraction");
  const share = attr === undefined ? null : parseNumber(attr.value);
  if (attr === undefined || !share?.ok || (share.value > 0 && share.value <= 1)) return;
  yield {
    message: `quorum_fraction is ${attr.value}; it must be more than 0 and at most 1`,
    at: attr.valueAt,
    node,
  };
}
