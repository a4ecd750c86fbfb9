import { whereOf } from "../facts/mark.ts";
import type { FindingKind } from "./kind.ts";
import { exact, lastMs, percent } from "./words.ts";

const FEWEST_ROUNDS = 6;

export const preFanoutChurn: FindingKind = {
  code: "PRE_FANOUT_CHURN",
  title: "Most of the run was a loop before its first fan-out",
  explain:
    "More than half of the time was over when the first fan-out began, and at least six rounds of one loop were in it. A long serial part without a loop is no finding.",
  fix: "Bound the loop: `max_node_visits` or `max_node_failures` on the graph, `loop_restart_signature_limit` for one cause, or a human gate before the next round.",
  look: (facts) => {
    const trunk = facts.scopes.get("");
    const begun = trunk?.first?.ms;
    if (!trunk?.beforeFan || begun === undefined) return [];
    const { at, loop } = trunk.beforeFan;
    const before = at.ms - begun;
    const whole = lastMs(facts) - begun;
    if (loop === null || loop.rounds < FEWEST_ROUNDS || loop.back < FEWEST_ROUNDS - 1 || before < whole / 2)
      return [];
    const share = percent(before, whole);
    return [
      {
        severity: "warning",
        title: `${share} % of the run were over before its first fan-out`,
        evidence: `${exact(before)} of ${exact(whole)}; ${loop.to} was entered ${loop.rounds} times, ${loop.from} sent it back ${loop.back} times for a failure; after it ${exact(whole - before)} were left`,
        advice: `bound the loop of ${loop.to}: max_node_visits or max_node_failures, or a human gate before it goes round again`,
        where: [whereOf(at, { node: loop.to })],
        numbers: {
          before_ms: before,
          whole_ms: whole,
          after_ms: whole - before,
          share_percent: share,
          rounds: loop.rounds,
          back: loop.back,
        },
      },
    ];
  },
};
