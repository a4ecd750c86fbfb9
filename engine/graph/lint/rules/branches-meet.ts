import type { LintContext } from "../context.ts";
import { type Branching, branchings } from "../facts/branches.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

export const rule: BuiltInRule = {
  code: "branches_meet",
  severity: "warning",
  title: "Branches meet at a fan-in",
  explain:
    "The branches of a fan-out end where they meet: at the nearest fan-in that all can reach. Where they meet at another node, that node runs once all are done, but nothing weighs the results or merges the commits. Branches that meet nowhere end at the exit, each for itself. An exit before the fan-in ends the branch that reaches it, not the run.",
  fix: "Lead every branch to one node with shape=tripleoctagon, and go on from there.",
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  split [shape=component]
  a [prompt="One way"]
  b [prompt="Another way"]
  report [prompt="Say what came of it"]
  start -> split -> {a b} -> report
  report -> exit [condition="outcome=success"]
}`,
  good: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  split [shape=component]
  a [prompt="One way"]
  b [prompt="Another way"]
  join [shape=tripleoctagon, retry_target="split"]
  start -> split -> {a b} -> join
  join -> exit [condition="outcome=success"]
}`,
  *check(context): Iterable<LintFinding> {
    for (const branching of context.once(branchings)) {
      const message = judge(context, branching);
      if (message !== null) yield { message, node: branching.node };
    }
  },
};

function judge(context: LintContext, { node: { id }, starts, join, inside }: Branching): string | null {
  if (starts.length === 0) return `no edge leaves the fan-out ${id}: it has no branch`;
  if (join === null) return `the branches of ${id} meet nowhere`;
  if (context.handler(join) !== "parallel.fan_in")
    return `the branches of ${id} meet at ${join}, which is no fan-in`;
  const exit = context.exits.find((node) => inside.has(node.id));
  return exit === undefined
    ? null
    : `a branch of ${id} can reach ${exit.id} before the branches meet at ${join}`;
}
