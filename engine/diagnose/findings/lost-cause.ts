import type { NodeFacts, RunFacts, ScopeFacts } from "../facts/facts.ts";
import { isCauseless } from "../facts/failures.ts";
import { whereOf } from "../facts/mark.ts";
import type { Found } from "../finding.ts";
import type { FindingKind } from "./kind.ts";
import { inBranch, quote, scopesOf, timesWords } from "./words.ts";

export const lostCause: FindingKind = {
  code: "LOST_CAUSE",
  title: "A failure does not say why",
  explain:
    "A stage, or the run itself, failed with an empty reason or with words that name no cause, such as `failure_reason must be non-empty`. Retries, breakers and people then decide in the dark. The failure that came before it is named where there is one.",
  fix: "Let the stage write `failure_reason` into its status file. A conditional (`shape=diamond`) hands on the reason of the stage before it by itself.",
  look: (facts) => [
    ...scopesOf(facts).flatMap((scope) =>
      [...scope.nodes.values()].flatMap((node) =>
        node.causeless ? [ofNode(scope, node, node.causeless)] : [],
      ),
    ),
    ...ofRun(facts),
  ],
};

function ofNode(scope: ScopeFacts, node: NodeFacts, seen: NonNullable<NodeFacts["causeless"]>): Found {
  const { count, reason, before, first } = seen;
  return {
    severity: "error",
    title: `${node.id} failed ${timesWords(count)} without saying why${inBranch(scope.key)}`,
    evidence: `its reason is ${reason.trim() === "" ? "empty" : quote(reason)}${before ? `; before it ${before.node} failed: ${quote(before.reason)}` : ""}`,
    advice: before
      ? `fix ${before.node}: its failure is the cause; let ${node.id} hand on the reason (shape=diamond does)`
      : `let ${node.id} write failure_reason into its status file`,
    where: [whereOf(first, { node: node.id, ...(scope.key === "" ? {} : { branch: scope.key }) })],
    numbers: { count },
  };
}

function ofRun({ ended }: RunFacts): Found[] {
  if (ended?.status !== "fail" || !isCauseless(ended.reason)) return [];
  return [
    {
      severity: "error",
      title: "the run's end does not say why it failed",
      evidence: `its reason is ${ended.reason.trim() === "" ? "empty" : quote(ended.reason)}`,
      advice: "look at the last stage that failed: its stdout.log and status.json have more",
      where: [whereOf(ended.mark)],
      numbers: {},
    },
  ];
}
