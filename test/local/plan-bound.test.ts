/** Runs of agents against a model server that says and counts what it is told: none goes over its plan. */
import { join } from "node:path";
import { LLMock } from "@copilotkit/aimock";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Plan } from "../../engine/plan/model.ts";
import { here } from "./here.ts";
import { driver, finalOf, graph, logOf, named, repository } from "./world.ts";

const CONTEXT = 20_000;
const MOST_OUT = 900;

/** Fails what it is asked, in other words each time, and says that every call was as large as can be. */
async function greedy(fails: (node: string, nth: number) => boolean): Promise<LLMock> {
  const mock = new LLMock({ port: 0 });
  const asked = new Map<string, number>();
  mock.on({ predicate: () => true }, (request) => {
    const messages = request.messages as { role: string; content: unknown }[];
    const node = /NODE-(\w+)/.exec(JSON.stringify(messages))?.[1] ?? "nobody";
    const usage = {
      ...{ prompt_tokens: CONTEXT, completion_tokens: MOST_OUT, total_tokens: CONTEXT + MOST_OUT },
      ...{ input_tokens: CONTEXT, output_tokens: MOST_OUT },
    };
    if (messages.some(({ role }) => role === "tool")) return { content: `${node} is done`, usage };
    const nth = (asked.get(node) ?? 0) + 1;
    asked.set(node, nth);
    const status = fails(node, nth)
      ? { status: "fail", failure_reason: `word${"x".repeat(nth)} of ${node} is missing` }
      : { status: "success" };
    const command = `echo '${JSON.stringify(status)}' > "$ATTRACTOR_STATUS_PATH"`;
    return { toolCalls: [{ name: "shell", arguments: JSON.stringify({ command }) }], usage };
  });
  await mock.start();
  onTestFinished(() => mock.stop());
  return mock;
}

const configOf = ({ url }: LLMock, more = "") => `version: 1
llm:
  providers:
    ours:
      backend: api
      failover: []
      api: { protocol: anthropic_messages, base_url: "${url}/v1", api_key_env: OURS_API_KEY }
      models: { m: { input: 3, output: 15, cache_write: 3.75, context: ${CONTEXT}, max_output: ${MOST_OUT} } }
runtime_policy: { max_llm_retries: 0 }
${more}`;

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
  const child = driver(repo, "run", "g.dot", "--config", "c.yml", "--run-id", "r");
  const { code } = await child.ended;
  const root = join(repo, ".attractor/runs/r");
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
