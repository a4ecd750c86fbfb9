import type { NodeLoop, RunFacts } from "../facts/facts.ts";
import { whereOf } from "../facts/mark.ts";
import type { Found } from "../finding.ts";
import type { FindingKind } from "./kind.ts";
import { exact, quote, scopesOf } from "./words.ts";

export const loopSignature: FindingKind = {
  code: "LOOP_SIGNATURE",
  title: "A stage fails in the same way again and again",
  explain:
    "Visits of a stage ended with the same failure signature: twice is a warning, more an error, until the stage succeeds. Five rounds or more are told even when it succeeded in the end. Retries within a visit count once; a check that only hands on a reason, and turn limits, are not counted here.",
  fix: "Fix the cause before the stage runs again. `loop_restart_signature_limit` bounds such rounds, `attractor signature` shows which texts count as one.",
  look: (facts) =>
    [...worstOf(facts)].toSorted(byTime).flatMap(([node, { key, loop }]) => {
      const severity = severityOf(facts, loop);
      return severity === null ? [] : [found(node.split("\t")[0] ?? "", key, loop, severity)];
    }),
};

type Worst = [string, { key: string; loop: NodeLoop }];
/** What failed first is the nearest to the cause. */
const byTime = ([, { loop: a }]: Worst, [, { loop: b }]: Worst): number =>
  a.first.ms - b.first.ms || (a.first.seq ?? 0) - (b.first.seq ?? 0);

/** A branch's failures count in the branch and in the trunk: people hear of them once, from where they count most. */
function worstOf(facts: RunFacts): Map<string, { key: string; loop: NodeLoop }> {
  const worst = new Map<string, { key: string; loop: NodeLoop }>();
  for (const { key, nodes } of scopesOf(facts))
    for (const node of nodes.values())
      for (const loop of node.loops.values()) {
        if (/turn limit|max_turns/.test(loop.reason)) continue;
        const name = `${node.id}\t${loop.signature}`;
        const known = worst.get(name);
        const first = known && known.loop.first.ms <= loop.first.ms ? known.loop.first : loop.first;
        const larger = known && known.loop.count >= loop.count ? known : { key, loop };
        // Visits of one branch in several fan-outs: the first of them all is when it began.
        worst.set(name, { key: larger.key, loop: { ...larger.loop, first } });
      }
  return new Map([...worst].filter(([, { loop }]) => loop.count > 1));
}

function severityOf({ ended }: RunFacts, { count, overcome }: NodeLoop): Found["severity"] | null {
  if (overcome) return count >= 5 ? "warning" : null;
  if (ended?.status === "success") return "info";
  return count > 2 ? "error" : "warning";
}

function found(node: string, key: string, loop: NodeLoop, severity: Found["severity"]): Found {
  const { count, first, last, reason, signature } = loop;
  const span = last.ms - first.ms;
  return {
    severity,
    title: `${node} failed ${count} times in the same way`,
    evidence: `${quote(reason)} × ${count} in ${key || "trunk"}${span < 1000 ? "" : `, over ${exact(span)}`}; signature ${signature}`,
    advice: `fix the cause before ${node} runs again: nothing else will change how it ends`,
    where: [first, last].map((at) => whereOf(at, { node, ...(key === "" ? {} : { branch: key }) })),
    numbers: { count },
  };
}
