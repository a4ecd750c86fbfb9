/** Bounds of money, tokens, attempts, time and jobs over a whole run (R-OBS-3). */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { spendable } from "../../engine/core/decide/budget.ts";
import { decide } from "../../engine/core/decide.ts";
import type { StageEffect } from "../../engine/core/effects.ts";
import type { Budget } from "../../engine/core/events/run.ts";
import { newBudget, readBounds } from "../../engine/core/new-budget.ts";
import { totals } from "../../engine/core/usage.ts";
import { finish, named, pipelineOf, play, type Said, start, type World, world } from "./world.ts";

const NONE: Budget = {
  ...{ usd: null, tokens: null, minutes: null, attempts: null, jobs: null },
  on_unknown: "block",
};
const graph = (body: string, more = "") =>
  `digraph g { graph [goal="g" ${more}] start [shape=Mdiamond]; exit [shape=Msquare]; ${body} }`;
const LINE = graph('a [prompt="p"]; b [prompt="p"]; c [prompt="p"]; start -> a -> b -> c -> exit');
const WIDE = graph(
  'list [shape=parallelogram, tool_command="x"]; fan [shape=component, items=parts, max_parallel=400]; work [prompt="p", max_retries=3]; more [prompt="p"]; join [shape=tripleoctagon]; start -> list -> fan -> work -> more -> join -> exit; join -> exit [condition="outcome=fail"]',
);
const spent = (usd: number, tokens = 10): Said => ({
  status: "success",
  usage: [{ provider: "p", model: "m", input_tokens: tokens, output_tokens: 0, cost_usd: usd }],
});
const parts = (n: number): Said => ({
  status: "success",
  context_updates: { parts: Array.from({ length: n }, (_, i) => `p${i}`) },
});

/** All that may begin begins at once; then they end in an order of chance, each spending what it may and no more. */
function race(w: World, random: () => number): number {
  let most = 0;
  for (let step = 0; step < 4000; step++) {
    const stages = w.settle().filter((effect): effect is StageEffect => effect.kind === "stage");
    if (stages.length === 0) break;
    const given = new Map(
      stages.map((effect) => {
        const scope = w.state.scopes.get(effect.scope)!;
        start(w, effect);
        return [effect, { usd: spendable(w.state, scope)!, tokens: spendable(w.state, scope, "tokens")! }];
      }),
    );
    for (const effect of stages.toSorted(() => random() - 0.5)) {
      const { usd, tokens } = given.get(effect)!;
      const share = effect.node === "list" ? 0 : random() < 0.5 ? 1 : random();
      const fails = random() < 0.3;
      const said = effect.node === "list" ? parts(256) : spent(usd * share, Math.floor(tokens * share));
      finish(
        w,
        effect,
        fails && effect.node !== "list" ? { ...said, status: "fail", failure_reason: `${random()}` } : said,
      );
      most = Math.max(most, totals(w.state.usage).usd);
    }
  }
  return most;
}

describe("R-OBS-3: bounds of a run", () => {
  it("256 branches at once, whatever each of them spends and in whatever order they end, stay within money, tokens and attempts", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 30 }), (seed) => {
        let at = seed;
        const random = () => {
          at = (at * 1103515245 + 12345) % 2 ** 31;
          return at / 2 ** 31;
        };
        const budget = { ...NONE, usd: 5, tokens: 100_000, attempts: 600 };
        const w = world(pipelineOf(WIDE), { budget });
        const most = race(w, random);
        expect(most).toBeLessThanOrEqual(5 + 1e-9);
        expect(totals(w.state.usage).tokens).toBeLessThanOrEqual(100_000);
        expect(w.state.attempts).toBeLessThanOrEqual(600);
        expect(w.state.ended).not.toBeNull();
        const [reserved] = named(w, "budget_reserved");
        const sums = [reserved!.usd!, reserved!.tokens!, reserved!.attempts!].map((record) =>
          Object.values(record).reduce((sum, n) => sum + n, 0),
        );
        expect(sums[0]).toBeLessThanOrEqual(5 + 1e-9);
        expect(sums.slice(1)).toEqual([100_000, 597]);
        expect(named(w, "budget_settled")).toHaveLength(256);
      }),
      { numRuns: 6 },
    );
  });

  it.each([
    ["tokens", { tokens: 15 }, "the budget of 15 tokens is spent (20 tokens)"],
    ["attempts", { attempts: 3 }, "the budget of 3 attempts is spent"],
    ["usd", { usd: 0.15 }, "the budget of $0.15 is spent ($0.2)"],
  ] as const)(
    "%s: refused before the next attempt, and a higher one goes on where it stopped",
    (what, bound, said) => {
      const w = world(pipelineOf(LINE), { budget: { ...NONE, ...bound } });
      const script = { outcomes: { a: [spent(0.1)], b: [spent(0.1)], c: [spent(0.1)] } };
      play(w, script);
      expect(named(w, "budget_exceeded")).toMatchObject([{ what, explanation: said, node_id: "c" }]);
      expect(w.state.ended).toMatchObject({ event: "run_failed", failure_class: "budget_exhausted" });
      const [[name, n] = ["usd", 0]] = Object.entries(bound);
      const event = { event: "run_resumed", by: "me", reopened: true, lost_attempts: 0 } as const;
      w.append({ ...event, ...newBudget(w.state.budget, { [name]: n * 10 }) });
      play(w, script);
      expect(w.state.ended?.event).toBe("run_completed");
      expect(
        named(w, "stage_attempt_start")
          .filter(({ handler }) => handler === "agent")
          .map(({ node_id }) => node_id),
      ).toEqual(["a", "b", "c"]);
    },
  );

  it("a branch that spent its part goes on there with a higher one, and its siblings are not run again", () => {
    const body =
      'f [shape=component, join_policy=k_of_n, k=2]; a [prompt="p"]; a2 [prompt="p"]; b [prompt="p"]; j [shape=tripleoctagon]; start -> f; f -> a -> a2 -> j; f -> b -> j; j -> exit [condition="outcome=success"]';
    const w = world(pipelineOf(graph(body)), { budget: { ...NONE, usd: 1 }, base_sha: "base" });
    const script = {
      outcomes: {
        a: [{ ...spent(0.5), commit: "c1" }],
        a2: [{ ...spent(0.2), commit: "c2" }],
        b: [{ ...spent(0.1), commit: "c3" }],
      },
    };
    play(w, script);
    expect(named(w, "budget_exceeded")).toMatchObject([
      { branch_key: "f/v1/01-a", what: "usd", node_id: "a2" },
    ]);
    expect(w.state.ended?.event).toBe("run_failed");
    const event = { event: "run_resumed", by: "me", reopened: true, lost_attempts: 0 } as const;
    w.append({ ...event, ...newBudget(w.state.budget, { usd: 10 }) });
    play(w, script);
    expect(w.state.ended?.event).toBe("run_completed");
    const agents = named(w, "stage_attempt_start").filter(({ handler }) => handler === "agent");
    expect(agents.map(({ node_id }) => node_id).sort()).toEqual(["a", "a2", "b"]);
  });

  it("is warned of at four fifths, once for each bound, and again when the bound was raised", () => {
    const w = world(pipelineOf(LINE), { budget: { ...NONE, usd: 0.24, tokens: 1000 } });
    play(w, { outcomes: { a: [spent(0.1)], b: [spent(0.1)], c: [spent(0.1)] } });
    expect(named(w, "warning").map(({ code, message }) => [code, message])).toEqual([
      ["budget_usd_nearly_spent", "$0.2 of the budget of $0.24 are used"],
    ]);
  });

  it("jobs: a fan-out that takes more than are left is refused, and so is another hop", () => {
    const budget = { ...NONE, jobs: 20 };
    const w = world(pipelineOf(WIDE), { budget, coordinator: "workflow" });
    w.append({ event: "hop_planned", hop: 1, epoch: 1, plan: { kind: "trunk" }, why: "x" });
    w.append({ event: "hop_started", hop: 1, epoch: 1, by: { run_id: "1", attempt: 1 } });
    const [list] = w.settle();
    if (list?.kind !== "stage") throw new Error("no stage");
    start(w, list);
    finish(w, list, parts(40));
    w.settle();
    expect(named(w, "budget_exceeded")).toMatchObject([
      {
        what: "jobs",
        limit: 20,
        spent: 1,
        explanation: expect.stringContaining("the 40 branches of fan take more jobs"),
      },
    ]);
    const line = world(pipelineOf(LINE), { budget: { ...NONE, jobs: 1 }, coordinator: "workflow" });
    line.append({ event: "hop_planned", hop: 1, epoch: 1, plan: { kind: "trunk" }, why: "x" });
    line.append({ event: "hop_started", hop: 1, epoch: 1, by: { run_id: "1", attempt: 1 } });
    expect(decide(line.pipeline, line.state).event).toMatchObject({ event: "stage_attempt_start" });
    line.settle();
    line.append({ event: "hop_settled", hop: 1, epoch: 1, outcome: "yield" });
    expect(decide(line.pipeline, line.state).event).toMatchObject({ event: "budget_exceeded", what: "jobs" });
  });

  it("bounds are read by name, and what is none is told", () => {
    expect(readBounds(["usd=2.5", "attempts=10"])).toEqual({ usd: 2.5, attempts: 10 });
    for (const wrong of ["usd=-1", "usd=0", "attempts=1.5", "dollars=3", "usd", "usd=Infinity"])
      expect(readBounds([wrong])).toContain("a bound is written NAME=NUMBER");
  });
});
