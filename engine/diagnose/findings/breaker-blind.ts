import type { NodeFacts, NodeLoop, ScopeFacts } from "../facts/facts.ts";
import { whereOf } from "../facts/mark.ts";
import type { FindingKind } from "./kind.ts";
import { scopesOf } from "./words.ts";

export const breakerBlind: FindingKind = {
  code: "BREAKER_BLIND",
  title: "No breaker watched a branch",
  explain:
    "A branch failed at least twice in the same way, and its log has not one look of a cycle breaker. Failures of the surroundings (transient_infra) are not counted by breakers and are no finding.",
  fix: "Run the graph with an engine whose breakers count in branches: this one does. `max_node_visits` bounds any loop besides.",
  look: (facts) =>
    scopesOf(facts).flatMap((scope) => {
      const loops = blindLoops(scope);
      if (loops.length === 0) return [];
      return [
        {
          severity: "warning",
          title: `no breaker counted the failures of branch ${scope.key}`,
          evidence: `${loops.map(([node, { count }]) => `${node.id} failed ${count} times in the same way`).join(", ")}; cycle checks: 0`,
          advice: "set max_node_visits, and run it with an engine that counts in branches",
          where: loops.map(([node, { last }]) => whereOf(last, { node: node.id, branch: scope.key })),
          numbers: { checks: 0, failures: loops.reduce((sum, [, { count }]) => sum + count, 0) },
        },
      ];
    }),
};

function blindLoops({ key, checks, nodes }: ScopeFacts): [NodeFacts, NodeLoop][] {
  if (key === "" || checks.count > 0) return [];
  return [...nodes.values()].flatMap((node) =>
    [...node.loops.values()]
      .filter((loop) => loop.count >= 2 && loop.class !== "transient_infra")
      .map((loop): [NodeFacts, NodeLoop] => [node, loop]),
  );
}
