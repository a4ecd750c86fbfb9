/** Money, tokens, minutes, attempts: refused before they are spent (R-OBS-3). "Cannot be measured" is a third state. */
import type { Pipeline } from "../../graph/pipeline.ts";
import type { BodyOf } from "../events.ts";
import { parentKey } from "../fold/fan.ts";
import type { Cursor, FanState, RunState, Scope } from "../state.ts";
import { tokensOf, totals } from "../usage.ts";
import { at, type Step } from "./step.ts";

/** The event that refuses another attempt here; null when it may start. */
export function budgetBlock(pipeline: Pipeline, state: RunState, scope: Scope, node: string): Step {
  const { budget } = state;
  if (!budget) return null;
  const spent = totals(state.usage);
  const refuse = (
    what: BodyOf<"budget_exceeded">["what"],
    limit: number | null,
    used: number | null,
    explanation: string,
  ): Step => ({
    event: { event: "budget_exceeded", node_id: node, what, limit, spent: used, explanation },
  });
  const paid = pipeline.stages.get(node)?.handler === "agent";
  if (budget.usd !== null && !spent.complete && budget.on_unknown === "block" && paid) {
    const why = `the cost of earlier calls cannot be measured and budget.on_unknown is block; $${spent.usd.toFixed(4)} are known to be spent`;
    return refuse("unknown", budget.usd, spent.usd, why);
  }
  if (budget.usd !== null && spent.usd >= budget.usd) {
    return refuse(
      "usd",
      budget.usd,
      spent.usd,
      `the budget of $${budget.usd} is spent ($${spent.usd.toFixed(4)})`,
    );
  }
  if (budget.tokens !== null && spent.tokens >= budget.tokens) {
    return refuse(
      "tokens",
      budget.tokens,
      spent.tokens,
      `the budget of ${budget.tokens} tokens is spent (${spent.tokens})`,
    );
  }
  if (budget.attempts !== null && state.attempts >= budget.attempts) {
    return refuse(
      "attempts",
      budget.attempts,
      state.attempts,
      `the budget of ${budget.attempts} attempts is spent`,
    );
  }
  const minutes = (state.now - state.startedAt - state.pausedMs) / 60_000;
  if (budget.minutes !== null && minutes >= budget.minutes) {
    return refuse("minutes", budget.minutes, minutes, `the budget of ${budget.minutes} minutes is spent`);
  }
  return branchBlock(state, scope, node);
}

function branchBlock(state: RunState, scope: Scope, node: string): Step {
  const reserved = reservedFor(state, scope.key);
  if (reserved === null) return null;
  const spent = totals(scope.usage).usd;
  if (spent < reserved) return null;
  const explanation = `branch ${scope.key} spent its reservation of $${reserved.toFixed(4)} ($${spent.toFixed(4)})`;
  return {
    event: {
      event: "budget_exceeded",
      ...at(scope),
      node_id: node,
      what: "usd",
      limit: reserved,
      spent,
      explanation,
    },
  };
}

/** US dollars that are left for a stage of this scope; null: no bound. */
export function spendable(state: RunState, scope: Scope): number | null {
  const limit = state.budget?.usd ?? null;
  const reserved = reservedFor(state, scope.key);
  const left = [
    ...(limit === null ? [] : [limit - totals(state.usage).usd]),
    ...(reserved === null ? [] : [reserved - totals(scope.usage).usd]),
  ];
  return left.length === 0 ? null : Math.max(0, Math.min(...left));
}

/** What a branch may spend, itself and everything below it. */
export function reservedFor(state: RunState, branchKey: string): number | null {
  if (branchKey === "") return null;
  const parent = state.scopes.get(parentKey(branchKey));
  if (parent?.cursor.phase !== "fanned") return null;
  return parent.cursor.fan.reserved?.get(branchKey) ?? null;
}

/** When a fan-out opens under a budget, each branch gets its part of what is left, before any starts. */
export function reservation(
  pipeline: Pipeline,
  state: RunState,
  scope: Scope,
  cursor: Extract<Cursor, { phase: "fanned" }>,
): BodyOf<"budget_reserved"> | null {
  const limit = state.budget?.usd ?? null;
  if (limit === null) return null;
  const open = cursor.fan.planned.filter((branch) => !cursor.fan.results.has(branch.key));
  if (open.length === 0) return null;
  const own = reservedFor(state, scope.key);
  const left = Math.max(0, own === null ? limit - totals(state.usage).usd : own - totals(scope.usage).usd);
  const asked = new Map(
    open.flatMap((branch) => {
      const usd = pipeline.stages.get(branch.start_node)?.budgetUsd ?? null;
      return usd === null ? [] : [[branch.key, usd] as const];
    }),
  );
  const askedSum = [...asked.values()].reduce((sum, usd) => sum + usd, 0);
  // Authors may ask for more than there is: then everyone gets less, in proportion.
  const scale = askedSum > left ? left / askedSum : 1;
  const rest = Math.max(0, left - askedSum * scale) / Math.max(1, open.length - asked.size);
  const usd = Object.fromEntries(
    open.map((branch) => [branch.key, asked.has(branch.key) ? (asked.get(branch.key) ?? 0) * scale : rest]),
  );
  return { event: "budget_reserved", ...at(scope), node_id: cursor.node, visit: cursor.fan.visit, usd };
}

/** A branch that ended gives back what it did not spend, and says what it did. */
export function settlement(fan: FanState): BodyOf<"budget_settled"> | null {
  if (fan.reserved === null) return null;
  const carried = (key: string) => !fan.reserved?.has(key);
  const due = [...fan.results.values()].find(({ key }) => !fan.repaid.has(key) && !carried(key));
  if (!due) return null;
  return {
    event: "budget_settled",
    branch_key: due.key,
    reserved_usd: fan.reserved.get(due.key) ?? null,
    spent_usd: due.usage.some((usage) => usage.cost_usd === null)
      ? null
      : due.usage.reduce((sum, usage) => sum + (usage.cost_usd ?? 0), 0),
    spent_tokens: due.usage.reduce((sum, usage) => sum + tokensOf(usage), 0),
  };
}
