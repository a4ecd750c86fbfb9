import { isKeyword } from "../../keywords.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

export const rule: BuiltInRule = {
  code: "reserved_id",
  severity: "error",
  title: "Node ids are no keywords",
  explain:
    "The keywords of DOT (graph, digraph, subgraph, node, edge, strict) mean something else wherever they stand without quotes, and other programs that read the graph may not look at the quotes. Any other name is free: where the run folder has a folder of that name itself, as for parallel, the node's folder gets a suffix.",
  fix: "Call the node something else; its label may stay as it is.",
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  "node" [prompt="Do it"]
  start -> "node"
  "node" -> exit [condition="outcome=success"]
}`,
  good: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  parallel [prompt="Do it"]
  start -> parallel
  parallel -> exit [condition="outcome=success"]
}`,
  *check({ nodes }): Iterable<LintFinding> {
    for (const node of nodes)
      if (isKeyword(node.id)) yield { message: `the id ${node.id} is a keyword of DOT`, node };
  },
};
