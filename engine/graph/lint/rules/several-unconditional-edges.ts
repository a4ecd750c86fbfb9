import { textOf } from "../../attributes.ts";
import { readInteger } from "../../compile/read.ts";
import { type HandlerType, WORKERS } from "../../handler-type.ts";
import { normalizeLabel } from "../../labels.ts";
import type { GraphEdge } from "../../model.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

/** These take all their edges, or the one that a person chose. */
const CHOOSES_OTHERWISE: ReadonlySet<HandlerType> = new Set(["parallel", "wait.human", "exit"]);

export const rule: BuiltInRule = {
  code: "several_unconditional_edges",
  severity: "warning",
  title: "One edge is taken, and it is clear which",
  explain:
    "Of several edges without a condition a stage takes one: the heaviest, and among equals the one whose target comes first in the alphabet. Authors who draw two arrows usually want both branches to run. An agent or tool may choose among edges with different labels by its preferred label.",
  fix: "For branches side by side make the node a fan-out (shape=component); for a choice write conditions, labels or different weights.",
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  plan [prompt="Plan it"]
  code [prompt="Write it"]
  docs [prompt="Describe it"]
  start -> plan
  plan -> code
  plan -> docs
  code -> exit [condition="outcome=success"]
  docs -> exit [condition="outcome=success"]
}`,
  good: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  plan [prompt="Plan it, and choose code or docs"]
  code [prompt="Write it"]
  docs [prompt="Describe it"]
  start -> plan
  plan -> code [label="Code"]
  plan -> docs [label="Docs"]
  code -> exit [condition="outcome=success"]
  docs -> exit [condition="outcome=success"]
}`,
  *check({ forks, handler, out, unconditional }): Iterable<LintFinding> {
    for (const node of forks) {
      if (CHOOSES_OTHERWISE.has(handler(node.id))) continue;
      const tied = heaviest(out(node.id).filter(unconditional));
      // These can end with a preferred label that picks one of several labelled edges.
      if (tied.length < 2 || (WORKERS.has(handler(node.id)) && toldApart(tied))) continue;
      const targets = tied.map(({ to }) => to).toSorted();
      const message = `${node.id} leads to ${named(targets)} under no condition; only ${targets[0]} would be taken`;
      yield { message, at: tied[1]!.at, node };
    }
  },
};

const named = (ids: readonly string[]): string =>
  ids.length <= 4 ? ids.join(" and ") : `${ids.slice(0, 3).join(", ")} and ${ids.length - 3} more`;

function heaviest(edges: readonly GraphEdge[]): GraphEdge[] {
  const weight = (edge: GraphEdge) => readInteger(edge.attrs, "weight", Number.MIN_SAFE_INTEGER) ?? 0;
  const most = edges.reduce((highest, edge) => Math.max(highest, weight(edge)), Number.NEGATIVE_INFINITY);
  return edges.filter((edge) => weight(edge) === most);
}

function toldApart(edges: readonly GraphEdge[]): boolean {
  const labels = new Set(edges.map((edge) => normalizeLabel(textOf(edge.attrs, "label") ?? "")));
  return labels.size === edges.length && !labels.has("");
}
