import { describe, expect, it } from "vitest";
import { backendFor } from "../../engine/agents/choose.ts";
import { parseScript } from "../../engine/agents/simulate-script.ts";
import type { AgentOptions } from "../../engine/agents/stage/options.ts";
import { rankByAgent } from "../../engine/agents/stage/rank.ts";
import { defaultConfig } from "../../engine/config/defaults.ts";
import type { JsonValue } from "../../engine/core/outcome.ts";
import { type Merge, runFanIn } from "../../engine/stages/fan-in.ts";
import { best } from "../../engine/stages/fan-in-candidates.ts";
import { fanIn, scene } from "./scene.ts";

const branch = (key: string, status: string, more: Record<string, JsonValue> = {}) => ({
  key,
  status,
  commit: `sha-${key}`,
  outputs: {},
  ...more,
});

interface Asked {
  policy: string;
  keys: readonly string[];
  winner: string;
}

/** The fan-in of these results; `merge` answers, `script` ranks. */
async function join(results: JsonValue | undefined, attrs = "", script: object = {}, merge?: Merge) {
  const at = scene(fanIn(attrs), { context: results === undefined ? {} : { "parallel.results": results } });
  const asked: Asked[] = [];
  const read = parseScript(JSON.stringify(script), "s.json");
  if (!read.ok) throw new Error(read.problems.join());
  const backends = { config: defaultConfig(), simulation: read.script, parentEnv: {} };
  const agents: AgentOptions = {
    choose: (request) => backendFor(request, backends),
    parentEnv: {},
    passEnv: [],
  };
  const result = await runFanIn(at.request, {
    rank: (request, candidates) => rankByAgent(request, agents, candidates),
    merge: async (policy, keys, winner) => {
      asked.push({ policy, keys, winner });
      return merge ? merge(policy, keys, winner) : { ok: true, commit: "merged", conflicts: [] };
    },
  });
  return { ...result, asked };
}

describe("the winner of a fan-in", () => {
  it("R-LANG-2: is the best status, then the highest score, then the first key", () => {
    const pick = (...results: ReturnType<typeof branch>[]) => best(results).key;
    expect(pick(branch("a", "partial_success", { score: 9 }), branch("b", "success"))).toBe("b");
    expect(pick(branch("a", "success", { score: 1 }), branch("b", "success", { score: 2 }))).toBe("b");
    expect(pick(branch("b", "success"), branch("a", "success"))).toBe("a");
    expect(pick(branch("b", "retry"), branch("a", "partial_success"))).toBe("a");
  });

  it("R-LANG-2: is recorded in the context with its commit, and so are the losers", async () => {
    const results = [branch("a", "fail"), branch("b", "success"), branch("c", "success", { score: 1 })];
    const { outcome, commit, asked } = await join(results);
    expect(outcome).toEqual({
      status: "success",
      notes: "Selected best candidate: c",
      context_updates: {
        "parallel.fan_in.best_id": "c",
        "parallel.fan_in.best_outcome": "success",
        "parallel.fan_in.best_head_sha": "sha-c",
        "parallel.fan_in.losers": ["a", "b"],
      },
    });
    expect(commit).toBe("merged");
    expect(asked).toEqual([{ policy: "winner", keys: ["b", "c"], winner: "c" }]);
  });

  it("failed and canceled branches are no candidates", async () => {
    const { outcome, asked } = await join([branch("a", "fail"), branch("b", "canceled")]);
    expect(outcome).toMatchObject({ status: "fail", failure_reason: "no branch ended with work to take" });
    expect(asked).toEqual([]);
  });

  it("without results there is nothing to decide", async () => {
    expect((await join(undefined)).outcome.failure_reason).toBe("No parallel results to evaluate");
    expect((await join("nonsense")).evidence.error_code).toBe("structural");
  });
});

describe("branch work", () => {
  const results = [branch("a", "success"), branch("b", "success")];

  it("is merged as the node asks: all, in graph order, or not at all", async () => {
    expect((await join(results, ', merge="all"')).asked).toEqual([
      { policy: "all", keys: ["a", "b"], winner: "a" },
    ]);
    const none = await join(results, ', merge="none"');
    expect([none.asked, none.outcome.status, none.commit]).toEqual([[], "success", undefined]);
  });

  it("R-FAN-6: that conflicts fails the fan-in, with the conflicts as data and in words", async () => {
    const conflicts = [{ path: "src/a.ts", branches: ["a", "b"] }];
    const { outcome, evidence } = await join(results, ', merge="all"', {}, async () => ({
      ok: false,
      commit: null,
      conflicts,
    }));
    expect(outcome).toMatchObject({
      status: "fail",
      failure_reason: "merge conflict in src/a.ts (a, b)",
      context_updates: { "parallel.fan_in.conflicts": conflicts, "parallel.fan_in.best_id": "a" },
    });
    expect(evidence.error_code).toBe("merge_conflict");
  });

  it("thousands of conflicts stay within bounds", async () => {
    const conflicts = Array.from({ length: 5000 }, (_, index) => ({
      path: `f${index}`,
      branches: ["a", "b"],
    }));
    const { outcome } = await join(results, "", {}, async () => ({ ok: false, commit: null, conflicts }));
    expect(outcome.failure_reason).toMatch(/f19 \(a, b\); and 4980 more$/);
    expect(outcome.context_updates?.["parallel.fan_in.conflicts"]).toHaveLength(500);
  });
});

describe("ranking by an agent", () => {
  const results = [branch("a", "success"), branch("b", "success", { notes: "smaller diff" })];
  const prompt = ', prompt="Prefer the smaller diff"';

  it("R-LANG-2: takes the branch that the agent names, and what it cost is told", async () => {
    const usage = { provider: "x", cost_usd: 0.1 };
    const {
      outcome,
      usage: spent,
      asked,
    } = await join(results, prompt, {
      it: [{ status: "success", preferred_label: "b", usage }],
    });
    expect(outcome.context_updates).toMatchObject({ "parallel.fan_in.best_id": "b", last_stage: "it" });
    expect(asked[0]?.winner).toBe("b");
    expect(spent).toEqual([usage]);
  });

  it.each([
    [
      "names nobody",
      { status: "success" },
      "ranking failed: the agent named no branch in preferred_label; the candidates are a, b",
    ],
    [
      "names a stranger",
      { status: "success", preferred_label: "c" },
      'ranking failed: the agent named "c" in preferred_label; the candidates are a, b',
    ],
    ["fails", { status: "fail", failure_reason: "out of tokens" }, "ranking failed: out of tokens"],
    [
      "says it was canceled",
      { status: "fail", failure_reason: "canceled", failure_class: "canceled" },
      "ranking failed: canceled",
    ],
  ])("an agent that %s fails the fan-in, and nothing is merged", async (_, step, reason) => {
    const { outcome, asked } = await join(results, prompt, { it: [step] });
    expect(outcome).toMatchObject({ status: "fail", failure_reason: reason });
    expect(asked).toEqual([]);
  });

  it("what a ranking cost is told also when the merge conflicts", async () => {
    const { usage } = await join(
      results,
      prompt,
      { it: [{ status: "success", preferred_label: "b", usage: { cost_usd: 1 } }] },
      async () => ({ ok: false, commit: null, conflicts: [{ path: "x", branches: ["a", "b"] }] }),
    );
    expect(usage).toEqual([{ cost_usd: 1 }]);
  });
});
