import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadConfig } from "../../engine/config/load.ts";
import { git, graph, named, ran, repository } from "./world.ts";

const DONE = `echo '{"status":"success"}' > "$ATTRACTOR_STATUS_PATH"`;

/** Providers that are shell commands. */
function config(providers: Readonly<Record<string, { command: string; failover?: string[] }>>) {
  const llm = {
    providers: Object.fromEntries(
      Object.entries(providers).map(([name, more]) => [name, { backend: "command", ...more }]),
    ),
  };
  const loaded = loadConfig(JSON.stringify({ llm }), "config");
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.config;
}

const one = (attrs = "") =>
  graph(`it [prompt="Do it", llm_provider=first ${attrs}]; s -> it; it -> e [condition="outcome=success"]`);
const overloaded =
  'echo \'{"attractor_usage":{"input_tokens":7,"output_tokens":1,"cost_usd":0.25}}\'; echo \'overloaded_error\' >&2; exit 1';

describe("failover", () => {
  it("R-AGENT-6: an overloaded provider hands over in the same attempt, from a clean tree, with an event and both costs", async () => {
    const repo = repository({ "a.txt": "mine\n", ".gitignore": "cache/\n" });
    const mess = `echo changed > a.txt; echo new > left.txt; mkdir cache; echo x > cache/x; git checkout -q -b elsewhere; git add -A; git commit -qm stray; ${DONE}; ${overloaded}`;
    const clean = `cat a.txt; ls; git status --porcelain; git rev-parse --abbrev-ref HEAD; echo '{"attractor_usage":{"cost_usd":0.5}}'; ${DONE}`;
    const done = await ran(one(), {
      workdir: repo,
      runId: "r",
      config: config({ first: { command: mess, failover: ["second"] }, second: { command: clean } }),
    });
    expect(done.final?.status).toBe("success");
    const [failover] = named(done.log, "llm_failover");
    expect(failover).toMatchObject({
      from_provider: "first",
      to_provider: "second",
      node_id: "it",
      attempt: 1,
    });
    expect(failover!.reason).toContain("overloaded_error");
    expect(named(done.log, "provider_selected").map(({ provider, source }) => [provider, source])).toEqual([
      ["first", "graph_attrs"],
      ["second", "failover"],
    ]);
    const ends = named(done.log, "stage_attempt_end").filter(({ node_id }) => node_id === "it");
    expect(ends).toHaveLength(1);
    expect(ends[0]!.usage?.map(({ provider, cost_usd }) => [provider, cost_usd])).toEqual([
      ["first", 0.25],
      ["second", 0.5],
    ]);
    expect(done.final?.totals.cost_usd).toBe(0.75);
    // What the second one saw: the first one's work undone, caches kept, the run's own branch.
    const folder = join(done.root, ends[0]!.stage_dir!);
    expect(ends[0]!.stage_dir).toBe("it/v1-a1-t2");
    expect(readFileSync(join(folder, "response.md"), "utf8").split("\n")).toEqual([
      "mine",
      "a.txt",
      "cache",
      "attractor/run/r",
    ]);
    expect(JSON.parse(readFileSync(join(folder, "provider_used.json"), "utf8"))).toEqual({
      backend: "command",
      mode: "command",
      provider: "second",
      model: null,
    });
    expect(existsSync(join(done.root, "it/v1-a1/prompt.md"))).toBe(true);
    expect(git(repo, "log", "--format=%s", "attractor/run/r").split("\n")).not.toContain("stray");
    expect(git(repo, "ls-tree", "--name-only", "attractor/run/r")).not.toContain("left.txt");
  });

  it("R-AGENT-6: an empty list hands over to nobody and the reason says so", async () => {
    const done = await ran(one(", max_retries=0"), {
      config: config({ first: { command: overloaded, failover: [] }, second: { command: DONE } }),
    });
    expect(named(done.log, "llm_failover")).toEqual([]);
    expect(done.final?.failure_reason).toContain(
      "overloaded_error; no failover allowed by runtime config for provider first",
    );
    expect(done.final?.failure_class).toBe("transient_infra");
    expect(done.final?.totals.cost_usd).toBe(0.25);
  });

  it("R-AGENT-6: only what the surroundings did hands over: work that failed, a limit, a wrong key, a timeout do not", async () => {
    const failing = [
      "echo 'tests failed' >&2; exit 1",
      "echo 'turn limit reached (max_turns=3)' >&2; exit 1",
      "echo 'max tokens reached' >&2; exit 1",
      "exit 127",
      `echo '{"status":"fail","failure_reason":"overloaded_error"}' > "$ATTRACTOR_STATUS_PATH"`,
      "sleep 30",
    ];
    for (const command of failing) {
      const done = await ran(one(', max_retries=0, timeout="1s"'), {
        config: config({ first: { command, failover: ["second"] }, second: { command: DONE } }),
      });
      expect([command, named(done.log, "llm_failover"), done.final?.status]).toEqual([command, [], "fail"]);
    }
  });

  it("R-AGENT-9: a stage that runs out of budget too often climbs to the next model, once, with an event", async () => {
    const limit = "echo 'turn limit reached (max_turns=3)' >&2; exit 1";
    const source = graph(
      `it [prompt="Do it", llm_provider=first, llm_model=small, max_retries=4, retry_delay="0s", escalation_models="second:large"]; s -> it; it -> e [condition="outcome=success"]`,
      "retries_before_escalation=1",
    );
    const done = await ran(source, {
      config: config({ first: { command: limit }, second: { command: `${DONE}` } }),
    });
    expect(done.final?.status).toBe("success");
    expect(
      named(done.log, "provider_selected").map(({ provider, model, source: why }) => [provider, model, why]),
    ).toEqual([
      ["first", "small", "graph_attrs"],
      ["first", "small", "graph_attrs"],
      ["second", "large", "escalation"],
    ]);
    expect(named(done.log, "escalation_model_switch")).toMatchObject([
      {
        attempt: 3,
        from_provider: "first",
        from_model: "small",
        to_provider: "second",
        to_model: "large",
        failure_class: "budget_exhausted",
      },
    ]);
    expect(named(done.log, "llm_failover")).toEqual([]);
  });
});
