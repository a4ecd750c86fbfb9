/** Money, tokens, minutes, attempts, jobs: refused before they are spent (R-OBS-3). "Cannot be measured" is a third state. */
import { asksModel } from "../../graph/asks-model.ts";
import type { Pipeline } from "../../graph/pipeline.ts";
import type { BodyOf } from "../events.ts";
import { parentKey } from "../fold/fan.ts";
import { type RunState, type Scope, TRUNK } from "../state.ts";
import { totals } from "../usage.ts";
import { at, type Step } from "./step.ts";

type Bound = "usd" | "tokens" | "attempts" | "minutes" | "jobs";
/** What is divided among branches before they start. */
export type Shared = "usd" | "tokens" | "attempts";

const BOUNDS: readonly Bound[] = ["usd", "tokens", "attempts", "minutes", "jobs"];
const SHARED: readonly Shared[] = ["usd", "tokens", "attempts"];
const NEARLY = 0.8;

const amount = (what: Bound, n: number): string =>
  what === "usd" ? `$${Number(n.toFixed(4))}` : `${Number(n.toFixed(1))} ${what}`;

function usedOf(state: RunState): Readonly<Record<Bound, number>> {
  const { usd, tokens } = totals(state.usage);
  const minutes = (state.now - state.startedAt - state.pausedMs) / 60_000;
  return { usd, tokens, minutes, attempts: state.attempts, jobs: state.jobs ?? 0 };
}

/** The event that refuses another attempt here, or warns of it; null when it may start. */
export function budgetBlock(pipeline: Pipeline, state: RunState, scope: Scope, node: string): Step {
  const { budget } = state;
  if (!budget) return null;
  const used = usedOf(state);
  const refuse = (
    what: BodyOf<"budget_exceeded">["what"],
    limit: number,
    spent: number,
    explanation: string,
  ): Step => ({ event: { event: "budget_exceeded", node_id: node, what, limit, spent, explanation } });
  const stage = pipeline.stages.get(node);
  const paid = stage !== undefined && asksModel(stage);
  if (budget.usd !== null && !totals(state.usage).complete && budget.on_unknown === "block" && paid) {
    const why = `the cost of earlier calls cannot be measured and budget.on_unknown is block; $${used.usd.toFixed(4)} are known to be spent`;
    return refuse("unknown", budget.usd, used.usd, why);
  }
  for (const what of BOUNDS) {
    const limit = budget[what] ?? null;
    // Within a job stages take no other.
    if (limit === null || used[what] < limit || (what === "jobs" && !beginsJob(state))) continue;
    const spent = what === "usd" || what === "tokens" ? ` (${amount(what, used[what])})` : "";
    return refuse(what, limit, used[what], `the budget of ${amount(what, limit)} is spent${spent}`);
  }
  return branchBlock(state, scope, node) ?? nearlySpent(state, scope, node, used);
}

/** On GitHub, where no job is at work. */
const beginsJob = ({ started, hop }: RunState): boolean =>
  started?.coordinator !== "local" && hop?.status !== "claimed";

/** Said once for each bound, where the whole run is seen. */
function nearlySpent(
  state: RunState,
  scope: Scope,
  node: string,
  used: Readonly<Record<Bound, number>>,
): Step {
  if (scope.key !== TRUNK && state.started?.coordinator !== "local") return null;
  const what = BOUNDS.find((one) => {
    const limit = state.budget?.[one] ?? null;
    return limit !== null && used[one] >= limit * NEARLY && !state.warned?.includes(one);
  });
  if (what === undefined) return null;
  const message = `${amount(what, used[what])} of the budget of ${amount(what, state.budget![what]!)} are used`;
  return { event: { event: "warning", node_id: node, code: `budget_${what}_nearly_spent`, message } };
}

function branchBlock(state: RunState, scope: Scope, node: string): Step {
  for (const what of SHARED) {
    const limit = reservedFor(state, scope.key, what);
    const spent = spentIn(scope, what);
    if (limit === null || spent < limit) continue;
    const explanation = `branch ${scope.key} spent its reservation of ${amount(what, limit)} (${amount(what, spent)})`;
    const about = { ...at(scope), node_id: node, what, limit, spent, explanation };
    return { event: { event: "budget_exceeded", ...about } };
  }
  return null;
}

const spentIn = (scope: Scope, what: Shared): number =>
  what === "attempts" ? scope.attempts : totals(scope.usage)[what];

/** What is left of it for this scope; null: no bound. */
export function spendable(state: RunState, scope: Scope, what: Shared = "usd"): number | null {
  const limit = state.budget?.[what] ?? null;
  const reserved = reservedFor(state, scope.key, what);
  const left = [
    ...(limit === null ? [] : [limit - usedOf(state)[what]]),
    ...(reserved === null ? [] : [reserved - spentIn(scope, what)]),
  ];
  return left.length === 0 ? null : Math.max(0, Math.min(...left));
}

/** Milliseconds until the run's time is over; null: no bound. */
export const timeLeft = ({ budget, startedAt, pausedMs }: RunState, now: number): number | null =>
  budget?.minutes == null ? null : Math.max(1, startedAt + pausedMs + budget.minutes * 60_000 - now);

/** What a branch may spend, itself and everything below it. */
export function reservedFor(state: RunState, branchKey: string, what: Shared = "usd"): number | null {
  if (branchKey === TRUNK) return null;
  const parent = state.scopes.get(parentKey(branchKey));
  if (parent?.cursor.phase !== "fanned") return null;
  const { reserved, reservedMore } = parent.cursor.fan;
  if (what === "usd") return reserved?.get(branchKey) ?? null;
  const more = reservedMore?.[what] ?? {};
  return Object.hasOwn(more, branchKey) ? more[branchKey]! : null;
}
