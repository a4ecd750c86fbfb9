import type { GraphNode } from "../../model.ts";
import type { LintContext } from "../context.ts";
import { branchings } from "../facts/branches.ts";
import { digraph } from "../facts/digraph.ts";
import { dominatorsOf } from "../facts/dominators.ts";
import { goalGates } from "../facts/goal-gates.ts";
import { onlyOnFailure } from "../facts/outcomes.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

export const rule: BuiltInRule = {
  code: "exit_without_goal_gate",
  severity: "warning",
  title: "No successful path goes round a goal gate",
  explain:
    "An exit checks the goal gates that the run visited. A path that never comes to a gate reaches the exit with nothing to check, and the run succeeds without the gate's work. Edges that are taken only after a failure are left aside: a run that ends over one of them does not succeed.",
  fix: "Lead the path through the gate, or make the condition of the edge that goes round it a failure.",
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  plan [prompt="Is there anything to do?"]
  work [prompt="Do it", goal_gate=true, retry_target="work"]
  start -> plan
  plan -> work [condition="outcome=success"]
  plan -> exit [condition="outcome=nothing_to_do"]
  plan -> exit [condition="outcome=fail"]
  work -> exit
}`,
  good: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  plan [prompt="Is there anything to do?"]
  work [prompt="Do it", goal_gate=true, retry_target="work"]
  start -> plan
  plan -> work [condition="outcome!=fail"]
  plan -> exit [condition="outcome=fail"]
  work -> exit
}`,
  *check(context): Iterable<LintFinding> {
    const gates = context.once(goalGates);
    const start = context.starts[0];
    if (gates.length === 0 || start === undefined) return;
    const passed = passedBySuccess(context, start);
    if (passed === null) return;
    // A fan-out runs all its branches: a gate in one of them is not gone round by the others.
    const branches = context.once(branchings);
    for (const node of gates) {
      if (passed.has(node.id) || branches.some(({ inside }) => inside.has(node.id))) continue;
      yield { message: `a run can succeed without coming to the goal gate ${node.id}`, node };
    }
  },
};

/** The nodes that lie on every successful path from the start to an exit; null when there is no such path. */
function passedBySuccess(context: LintContext, start: GraphNode): ReadonlySet<string> | null {
  const { ids, index, from, to } = context.numbers;
  const end = ids.length;
  const exits = context.exits.map(({ id }) => index.get(id)!);
  const succeeding = context.graph.edges.flatMap((edge, position) =>
    onlyOnFailure(context.condition(edge)) ? [] : [position],
  );
  const sources = [...succeeding.map((edge) => from[edge]!), ...exits];
  const targets = [...succeeding.map((edge) => to[edge]!), ...exits.map(() => end)];
  const dominator = dominatorsOf(digraph(end + 1, sources, targets), index.get(start.id)!);
  if (dominator[end] === -1) return null;
  const passed = new Set<string>();
  for (let node = dominator[end]!; ; node = dominator[node]!) {
    passed.add(ids[node]!);
    if (node === dominator[node]) return passed;
  }
}
