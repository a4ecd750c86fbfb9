import type { NodeFacts, ScopeFacts } from "../facts/facts.ts";
import { whereOf } from "../facts/mark.ts";
import type { Found } from "../finding.ts";
import type { FindingKind } from "./kind.ts";
import { inBranch, scopesOf } from "./words.ts";

const FEWEST = 5;

export const fragmentedSignatures: FindingKind = {
  code: "FRAGMENTED_SIGNATURES",
  title: "One cause in many words",
  explain:
    "A stage failed at least five times with texts that nearly always differ and are few causes. A breaker that compares texts never counts up to its limit. When the breaker did count them, this is no finding.",
  fix: "Ask the stage for a short stable `failure_signature` in its status file. Runs of this engine give texts with one cause one signature by themselves.",
  look: (facts) =>
    scopesOf(facts).flatMap((scope) =>
      [...scope.nodes.values()].flatMap((node) => (isFragmented(scope, node) ? [found(scope, node)] : [])),
    ),
};

function isFragmented({ checks }: ScopeFacts, { failedVisits, texts, loops }: NodeFacts): boolean {
  if (failedVisits < FEWEST || texts.size < 0.6 * failedVisits || loops.size > texts.size / 3) return false;
  return checks.tripped === 0 && (checks.count === 0 || checks.most < checks.limit);
}

function found(scope: ScopeFacts, node: NodeFacts): Found {
  const { checks } = scope;
  const { failedVisits, texts, loops } = node;
  const breaker =
    checks.count === 0
      ? "no breaker counted them"
      : `the breaker looked ${checks.count} times and counted to ${checks.most} of ${checks.limit}`;
  return {
    severity: "error",
    title: `${node.id} told ${loops.size === 1 ? "one cause" : `${loops.size} causes`} in ${texts.size} texts${inBranch(scope.key)}`,
    evidence: `${failedVisits} failures, ${texts.size} distinct reasons, ${loops.size} signature${loops.size === 1 ? "" : "s"}; ${breaker}`,
    advice: `let ${node.id} write a short failure_signature beside failure_reason, and set loop_restart_signature_limit`,
    where: node.lastMark ? [whereOf(node.lastMark, { node: node.id })] : [],
    numbers: {
      failures: failedVisits,
      texts: texts.size,
      signatures: loops.size,
      checks: checks.count,
      most_counted: checks.most,
      limit: checks.limit,
    },
  };
}
