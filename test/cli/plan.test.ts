import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Plan } from "../../engine/plan/model.ts";
import { here } from "../local/here.ts";
import { graph, repository, tool } from "../local/world.ts";

const AGENT = 'llm_provider=ours, llm_model=m, prompt="Do it"';
const CONFIG = `llm:
  providers:
    ours:
      backend: api
      failover: []
      api: { protocol: anthropic_messages, base_url: "http://127.0.0.1:1", api_key_env: OURS_API_KEY }
      models: { m: { input: 2, output: 10, context: 10000, max_output: 1000 } }
runtime_policy: { max_llm_retries: 1 }
`;

async function plan(body: string, config = CONFIG, ...args: string[]) {
  const repo = repository({ "g.dot": graph(body), "c.yml": config });
  const at = [join(repo, "g.dot"), "--config", join(repo, "c.yml")];
  const told = await here("plan", ...at, ...args);
  return {
    ...told,
    json: async () => JSON.parse((await here("plan", ...at, "--json", ...args)).out) as Plan,
  };
}

describe("attractor plan", () => {
  it("R-PRE-5: multiplies visits, attempts, calls and the largest request, in money too", async () => {
    const { json } = await plan(`a [${AGENT}, max_agent_turns=4, max_retries=2]; s -> a -> e`);
    const [stage] = (await json()).stages;
    // Two tries that each sent the whole context, and one answer.
    expect(stage).toMatchObject({
      models: ["ours m"],
      visits: { likely: 1, most: 1, by: "no loop" },
      attempts: { likely: 1, most: 3 },
      prompt_bytes: 5,
      most: { calls: 12, tokens: 12 * 21_000, usd: 12 * 0.05 },
    });
    expect(stage!.likely.calls).toBe(4);
    expect(stage!.likely.usd!).toBeGreaterThan(0);
    expect(stage!.likely.usd!).toBeLessThan(stage!.most.usd! / 10);
  });

  it("R-PRE-5: counts who takes over, and the dearest model that it may escalate to", async () => {
    const two = `${CONFIG.replace("failover: []", "failover: [theirs]")}`.replace(
      "runtime_policy",
      `    theirs:
      backend: api
      failover: []
      api: { protocol: anthropic_messages, base_url: "http://127.0.0.1:1", api_key_env: THEIRS_API_KEY }
      models: { n: { input: 2, output: 10, context: 10000, max_output: 1000 }, large: { input: 20, output: 100, context: 10000, max_output: 1000 } }
runtime_policy`,
    );
    const { json } = await plan(`a [${AGENT}, max_agent_turns=1]; s -> a -> e`, two);
    expect((await json()).stages[0]!.most.usd).toBeCloseTo(0.1, 12);
    const escalated = await plan(
      `a [${AGENT}, max_agent_turns=1, max_retries=0, escalation_models="theirs:large"]; s -> a -> e`,
      two,
    );
    expect((await escalated.json()).stages[0]!.most.usd).toBeCloseTo(0.5, 12);
  });

  it("R-PRE-5: says what nobody bounds, and what a budget holds all the same", async () => {
    const body = `a [${AGENT}]; ${tool("t", "true")}; s -> a -> t; t -> a [condition="outcome!=success"]; t -> e [condition="outcome=success"]`;
    const open = await plan(body);
    expect((await open.json()).total.most.usd).toBeNull();
    expect(open.out).toContain("nothing bounds the model calls of an attempt of a: set max_agent_turns");
    expect(open.out).toContain(
      "only the default of 200 visits ends the loop through a, t: set max_node_visits",
    );
    expect(open.out).toContain("no time limit but the job's own: a, t");
    const held = await plan(body, `${CONFIG}budget: { usd: 5 }\n`);
    const { total } = await held.json();
    expect([total.most.usd, total.rests_on]).toEqual([5, expect.stringContaining("budget.usd")]);
    const free = await plan(
      body,
      "llm: { providers: { ours: { backend: command, command: x } } }\nbudget: { usd: 5 }\n",
    );
    expect((await free.json()).total.most.usd).toBeNull();
    expect(free.out).toContain("what the command of ours asks for is not counted here");
  });

  it("R-PRE-5: names secrets, permissions, jobs, questions, and what a lost runner loses", async () => {
    const body = `a [${AGENT}, max_agent_turns=2, timeout="10m"]; f [shape=component]; ${tool("x", "true")}; ${tool("y", "true")}
      j [shape=tripleoctagon]; q [shape=hexagon, human.default_choice="Yes"]
      s -> a -> f -> {x y} -> j; j -> q [condition="outcome=success"]; j -> e [condition="outcome=fail"]; q -> e [label="Yes"]; q -> a [label="No"]`;
    const { out } = await plan(body, CONFIG, "--github");
    for (const said of [
      "OURS_API_KEY, for calls of ours",
      "Trunk: contents: write",
      "Next: contents: write, actions: write, checks: write, issues: write, pull-requests: write",
      "workflow run 1: Trunk 1, 2 × Branches 1, Trunk 2, Next",
      "q asks a person and waits 7 d; then it takes Yes",
      "the attempt that was running, of at most $0.10 (a)",
      "A run would be refused now\n  ours has no key: set OURS_API_KEY",
    ])
      expect(out).toContain(said);
    const { github } = await (await plan(body)).json();
    expect([github.workflow.jobs, github.workflow.jobs_told, github.app.jobs]).toEqual([6, 6, 5]);
  });

  it("R-PRE-5: a job lasts as long as the configuration says, and what takes longer takes more jobs", async () => {
    const body = `${tool("t", "true", "timeout=50m, max_retries=3")}; s -> t -> e`;
    const most = async (minutes: number) =>
      (await (await plan(body, `${CONFIG}jobs: { timeout_minutes: ${minutes} }\n`)).json()).github.app.most;
    expect(await most(200)).toEqual({ jobs: 3, minutes: 600 });
    expect(await most(50)).toEqual({ jobs: 6, minutes: 300 });
  });

  it("R-PRE-5: a stage that needs the runner's own user has a job of its own that may only read", async () => {
    const body = `${tool("p", "true", "privileged=true")}; s -> p -> e`;
    const jobs = async (config: string) => {
      const { json, out } = await plan(body, config, "--github");
      const { runs, permissions } = (await json()).github.workflow;
      return { ran: runs.map((run) => run.map(({ name }) => name)), permissions, out };
    };
    const allowed = await jobs("jobs: { privileged: allow }");
    expect(allowed.ran).toEqual([["Trunk 1", "Privileged 1", "Trunk 2"]]);
    expect(allowed.permissions).toMatchObject({
      Trunk: { contents: "write", actions: "read" },
      Privileged: { contents: "read" },
    });
    expect(allowed.out).toContain("as the runner's own user: p,");
    expect((await jobs("{}")).out).toContain("p need jobs: { privileged: allow }");
  });

  it.each(["jobs: { contents: read }", "jobs: { durability: job }", "jobs: { copilot_requests: true }"])(
    "R-PRE-5: %s: all stages run so, and the trunk's turns are jobs beside its branches",
    async (config) => {
      const body = `${tool("a", "true")}; ${tool("b", "true")}; s -> a -> b -> e`;
      const { json, out } = await plan(body, config, "--github");
      const { runs, permissions, most } = (await json()).github.workflow;
      expect(runs.map((run) => run.map(({ name }) => name))).toEqual([["Trunk 1", "Branches 1", "Trunk 2"]]);
      expect(permissions.Branches).toMatchObject({ contents: "read" });
      expect(most.jobs).toBeGreaterThanOrEqual(3);
      expect(out).toContain("all stages run as the runner's own user, in jobs that may only read");
    },
  );

  it("R-PRE-5: the list of a fan-out is as long as its input or somebody says, else not known", async () => {
    const body = (items: string) =>
      `f [shape=component, items="${items}"]; ${tool("x", "set parts true")}; j [shape=tripleoctagon]; ${tool("t", "set parts")}
       s -> t -> f -> x -> j; j -> e [condition="outcome=success"]; j -> e [condition="outcome=fail"]`;
    const unknown = await plan(body("parts"));
    expect((await unknown.json()).stages.find(({ id }) => id === "x")!.visits).toEqual({
      likely: 1,
      most: null,
      by: "nothing",
    });
    expect(unknown.out).toContain("say --items parts=N");
    const said = await (await plan(body("parts"), CONFIG, "--items", "parts=40")).json();
    expect(said.stages.find(({ id }) => id === "x")!.visits).toMatchObject({ likely: 40, most: 40 });
    expect(said.github.workflow.jobs).toBe(42);
    expect((await plan(body("parts"), CONFIG, "--items", "parts=none")).err).toContain("--items takes KEY=N");
  });

  it("R-PRE-5: draws the path space, and reads no graph that is broken", async () => {
    const { out } = await plan(`a [${AGENT}, max_agent_turns=1]; s -> a -> e`, CONFIG, "--markdown");
    expect(out).toMatch(/```mermaid[^`]*flowchart TB/);
    expect(out).toContain("a, at most 1×");
    expect(out).toContain("| a | ours m | 5 bytes | 1 | 1 |");
    expect((await plan(`a [${AGENT}]; s -> a -> e`, CONFIG, "--svg")).out).toContain("at most 1×, no bound");
    expect((await plan("s -> ")).code).toBe(2);
  });
});
