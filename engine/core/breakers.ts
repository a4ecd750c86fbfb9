/** What ends loops: counts per signature, per node, per restart. One implementation for trunk and branches (R-BRK-4). */
import type { BreakerCounts } from "./events/flow.ts";
import type { MutableBreakers, Scope } from "./state.ts";

const cycleKey = (node: string, signature: string): string => `${node}\t${signature}`;

export const cycleCount = (scope: Scope, node: string, signature: string): number =>
  scope.breakers.cycle.get(cycleKey(node, signature)) ?? 0;

export function setCycleCount(scope: Scope, node: string, signature: string, count: number): void {
  scope.breakers.cycle.set(cycleKey(node, signature), count);
}

export function countFailure(scope: Scope, node: string): void {
  scope.breakers.failures.set(node, (scope.breakers.failures.get(node) ?? 0) + 1);
}

/** A node's own success wipes what counted against it; other nodes' successes do not (R-BRK-3). */
export function forgive(scope: Scope, node: string): void {
  scope.breakers.failures.delete(node);
  for (const key of scope.breakers.cycle.keys()) {
    if (key.startsWith(`${node}\t`)) scope.breakers.cycle.delete(key);
  }
}

export const exportBreakers = (from: MutableBreakers): BreakerCounts => ({
  cycle: Object.fromEntries(from.cycle),
  restart: Object.fromEntries(from.restart),
  failures: Object.fromEntries(from.failures),
});

/** At a join a branch's counts carry on; siblings are not added, so the larger wins in any order (R-BRK-5). */
export function carryOver(into: MutableBreakers, from: BreakerCounts): void {
  takeLarger(into.cycle, from.cycle);
  takeLarger(into.restart, from.restart);
  takeLarger(into.failures, from.failures);
}

function takeLarger(into: Map<string, number>, from: Readonly<Record<string, number>>): void {
  for (const [key, count] of Object.entries(from)) into.set(key, Math.max(into.get(key) ?? 0, count));
}
