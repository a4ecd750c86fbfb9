/** A fan-out under a budget: each branch gets its part before any starts, and gives back what it did not spend (R-OBS-3). */
import type { Pipeline } from "../../graph/pipeline.ts";
import type { BodyOf } from "../events.ts";
import { type Cursor, type FanState, type RunState, type Scope, TRUNK } from "../state.ts";
import { tokensOf } from "../usage.ts";
import { spendable } from "./budget.ts";
import { at } from "./step.ts";

type Fanned = Extract<Cursor, { phase: "fanned" }>;

export function reservation(
  pipeline: Pipeline,
  state: RunState,
  scope: Scope,
  { fan, node }: Fanned,
): BodyOf<"budget_reserved"> | BodyOf<"budget_exceeded"> | null {
  const open = fan.planned.filter((branch) => !fan.results.has(branch.key));
  if (!state.budget || open.length === 0 || fan.reserved !== null) return null;
  const tooMany = scope.key === TRUNK ? jobsBlock(state, node, open.length) : null;
  if (tooMany !== null) return tooMany;
  const usd = spendable(state, scope);
  const tokens = spendable(state, scope, "tokens");
  const attempts = spendable(state, scope, "attempts");
  if (usd === null && tokens === null && attempts === null) return null;
  const keys = open.map(({ key }) => key);
  return {
    event: "budget_reserved",
    ...at(scope),
    node_id: node,
    visit: fan.visit,
    ...(usd === null ? {} : { usd: moneyOf(pipeline, open, usd) }),
    ...(tokens === null ? {} : { tokens: shared(keys, tokens) }),
    ...(attempts === null ? {} : { attempts: shared(keys, attempts) }),
  };
}

/** On GitHub a branch is a job. */
function jobsBlock(
  { budget, started, jobs: spent = 0 }: RunState,
  node: string,
  branches: number,
): BodyOf<"budget_exceeded"> | null {
  const limit = budget?.jobs ?? null;
  if (limit === null || started?.coordinator === "local" || spent + branches <= limit) return null;
  const explanation = `the ${branches} branches of ${node} take more jobs than are left of the budget of ${limit} jobs`;
  return { event: "budget_exceeded", node_id: node, what: "jobs", limit, spent, explanation };
}

/** As much for each; what cannot be divided goes to the first. */
function shared(keys: readonly string[], whole: number): Record<string, number> {
  const each = Math.floor(whole / keys.length);
  const rest = whole - each * keys.length;
  return Object.fromEntries(keys.map((key, nth) => [key, each + (nth < rest ? 1 : 0)]));
}

function moneyOf(pipeline: Pipeline, open: FanState["planned"], left: number): Record<string, number> {
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
  return Object.fromEntries(
    open.map(({ key }) => [key, asked.has(key) ? (asked.get(key) ?? 0) * scale : rest]),
  );
}

/** What a branch that ended spent of it, once. */
export function settlement({
  reserved,
  reservedMore,
  results,
  repaid,
}: FanState): BodyOf<"budget_settled"> | null {
  if (reserved === null) return null;
  const more = Object.values(reservedMore ?? {});
  const due = [...results.values()].find(
    ({ key }) => !repaid.has(key) && (reserved.has(key) || more.some((one) => Object.hasOwn(one, key))),
  );
  if (!due) return null;
  return {
    event: "budget_settled",
    branch_key: due.key,
    reserved_usd: reserved.get(due.key) ?? null,
    spent_usd: due.usage.some((usage) => usage.cost_usd === null)
      ? null
      : due.usage.reduce((sum, usage) => sum + (usage.cost_usd ?? 0), 0),
    spent_tokens: due.usage.reduce((sum, usage) => sum + tokensOf(usage), 0),
  };
}
