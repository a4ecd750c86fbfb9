/** Runs of agents against a model server that says and counts what it is told: none goes over its plan. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Plan } from "../../engine/plan/model.ts";
import { configOf, greedy } from "./greedy-model.ts";
import { here } from "./here.ts";
import { finalOf, folder, graph, logOf, named, repository } from "./world.ts";

const LOOP = graph(
  `work [prompt="NODE-work", llm_model=m, max_agent_turns=2, max_retries=0]
   check [prompt="NODE-check", llm_model=m, max_agent_turns=2]
   s -> work -> check; check -> work [condition="outcome=fail"]; check -> e [condition="outcome=success"]`,
  "max_node_failures=3",
);
const BRANCHES = graph(
  `fan [shape=component]; a [prompt="NODE-a", llm_model=m, max_agent_turns=2]; b [prompt="NODE-b", llm_model=m, max_agent_turns=2]
   join [shape=tripleoctagon]; s -> fan -> {a b} -> join; join -> e [condition="outcome=success"]; join -> fan [condition="outcome=fail"]`,
  "max_node_visits=2",
);

async function planAndRun(source: string, config: string) {
  process.env.OURS_API_KEY = "sk-test-not-a-real-key-000";
  const repo = repository({ "g.dot": source, "c.yml": config });
  const planned = await here("plan", join(repo, "g.dot"), "--config", join(repo, "c.yml"), "--json");
  expect([planned.code, planned.err]).toEqual([0, ""]);
  const plan = JSON.parse(planned.out) as Plan;
  const root = join(folder(), "run");
  const at = ["--config", join(repo, "c.yml"), "--workdir", repo, "--logs-root", root];
  const { code } = await here("run", join(repo, "g.dot"), ...at);
  const { totals } = finalOf(root);
  const calls = named(logOf(root), "stage_attempt_end").flatMap(({ usage }) => usage ?? []).length;
  return { plan, code, totals, calls, root, repo };
}

describe("R-PRE-5: the most that a plan says", () => {
  it("holds for the dearest run that a loop allows, and is reached by it", async () => {
    const mock = await greedy((node) => node === "check");
    const { plan, code, totals, calls } = await planAndRun(LOOP, configOf(mock));
    expect(code).toBe(1);
    const { most } = plan.total;
    expect(calls).toBe(most.calls);
    expect(totals.tokens).toBe(most.tokens);
    expect(totals.cost_usd).toBeLessThanOrEqual(most.usd!);
    // All but what writing to a cache would have added.
    expect(totals.cost_usd! / most.usd!).toBeGreaterThan(0.8);
  });

  it("holds where branches fail and are tried again", async () => {
    const mock = await greedy((_node, nth) => nth === 1);
    const { plan, code, totals, calls } = await planAndRun(BRANCHES, configOf(mock));
    expect(code).toBe(0);
    expect(calls).toBeLessThanOrEqual(plan.total.most.calls!);
    expect(totals.tokens).toBeLessThanOrEqual(plan.total.most.tokens!);
    expect(totals.cost_usd).toBeLessThanOrEqual(plan.total.most.usd!);
  });

  it("is the budget where that is less, and the run stays below it", async () => {
    const mock = await greedy((node) => node === "check");
    const { plan, code, totals } = await planAndRun(LOOP, configOf(mock, "budget: { usd: 0.3 }"));
    expect([code, plan.total.most.usd]).toEqual([1, 0.3]);
    expect(totals.cost_usd).toBeGreaterThan(0.1);
    expect(totals.cost_usd).toBeLessThanOrEqual(0.3);
  });
});
