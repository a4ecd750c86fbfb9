import { readBoolean } from "../../compile/read.ts";
import { WORKERS } from "../../handler-type.ts";
import { nodesWithRetryTarget, retryTargets } from "../facts/flow.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

export const rule: BuiltInRule = {
  code: "retry_target_shadowed",
  severity: "warning",
  title: "A retry target is not cut off by an edge",
  explain:
    "An edge without a condition is taken after a failure too, before any retry target. A stage with both never jumps to its retry target. A goal gate does: the exit looks at the retry target when the gate failed.",
  fix: 'Write condition="outcome=success" on the edge, or take the retry target away.',
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  plan [prompt="Plan it"]
  work [prompt="Do it", retry_target="plan"]
  check [prompt="Look at it"]
  start -> plan -> work -> check
  check -> exit [condition="outcome=success"]
}`,
  good: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  plan [prompt="Plan it"]
  work [prompt="Do it", retry_target="plan"]
  check [prompt="Look at it"]
  start -> plan -> work
  work -> check [condition="outcome=success"]
  check -> exit [condition="outcome=success"]
}`,
  *check(context): Iterable<LintFinding> {
    for (const node of context.once(nodesWithRetryTarget)) {
      // A failed fan-in never takes an edge without a condition; these do.
      if (!WORKERS.has(context.handler(node.id)) || readBoolean(node.attrs, "goal_gate") === true) continue;
      const [target] = retryTargets(context, node.attrs);
      const edge = target && context.out(node.id).find(context.unconditional);
      if (edge === undefined) continue;
      const message = `after a failure ${node.id} goes on to ${edge.to}, and never to its ${target!.key} ${target!.value}`;
      yield { message, at: target!.valueAt, node };
    }
  },
};
