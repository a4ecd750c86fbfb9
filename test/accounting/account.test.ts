import { describe, expect, it } from "vitest";
import { accountOf } from "../../engine/accounting/account.ts";
import type { EventBody, RunEvent } from "../../engine/core/events.ts";
import { tokensIn } from "../../engine/core/usage.ts";
import { run } from "../core/world.ts";
import { HISTORIES, history } from "../histories/read.ts";

const START = Date.parse("2026-01-01T00:00:00Z");
const at = (seconds: number, event: EventBody): RunEvent => ({
  seq: 1,
  run_id: "r1",
  ts: new Date(START + seconds * 1000).toISOString(),
  ...event,
});
const stage = { visit: 1, attempt: 1, max: 1, handler: "agent" };

describe("the account of a run", () => {
  it.each(HISTORIES)("R-OBS-1: of %s adds up to its final, by attempt, by branch and by provider", (name) => {
    const { log, final } = history(name);
    const account = accountOf(log);
    const { total } = account;
    expect(total.attempts).toBe(final.totals.attempts);
    expect(tokensIn(total.spend)).toBe(final.totals.tokens);
    expect(total.spend.usd).toBeCloseTo(final.totals.cost_usd_known, 9);
    expect(total.spend.unpriced === 0).toBe(final.totals.cost_complete);
    const nodes = account.nodes.reduce((sum, node) => sum + node.attempts, 0);
    expect(nodes).toBe(account.attempts.length);
    const byProvider = account.providers.reduce((sum, line) => sum + tokensIn(line.spend), 0);
    expect(byProvider).toBe(final.totals.tokens);
    expect(account.attempts.every((row) => row.status !== null)).toBe(true);
  });

  it("counts failed and retried attempts, their time by kind, and the sleep between them apart", () => {
    const usage = [{ provider: "p", model: "m", input_tokens: 10, output_tokens: 2, cost_usd: null }];
    const w = run(
      `digraph g { start [shape=Mdiamond]; exit [shape=Msquare]; a [prompt="x", max_retries=1]; t [shape=parallelogram, tool_command="true"];
        start -> a -> t -> exit }`,
      {
        outcomes: {
          a: [
            { status: "retry", ms: 4000, usage },
            { status: "success", ms: 1000, usage },
          ],
          t: [{ status: "success", ms: 300 }],
        },
      },
    );
    const { nodes, total, pauses } = accountOf(w.log);
    const a = nodes.find((row) => row.node === "a")!;
    expect(a).toMatchObject({ attempts: 2, ms: 5000, agentMs: 5000, toolMs: 0 });
    expect(a.spend).toMatchObject({ input: 20, output: 4, usd: 0, unpriced: 2 });
    expect(total).toMatchObject({ agentMs: 5000, toolMs: 300, runnerMinutes: null });
    expect(total.retryMs).toBeGreaterThan(0);
    expect(pauses.map((pause) => pause.why)).toEqual(["retry"]);
  });

  it("tells waiting for a person, for a runner and for a place among the branches apart", () => {
    const branch = { key: "f/v1/01-a", index: 0, start_node: "a" };
    const account = accountOf(
      [
        at(0, { event: "hop_planned", hop: 1, epoch: 1, plan: { kind: "trunk" }, why: "start" }),
        at(40, { event: "hop_started", hop: 1, epoch: 1, by: { run_id: "7", attempt: 1 } }),
        at(41, { event: "stage_attempt_start", node_id: "a", ...stage }),
        at(50, { event: "stage_attempt_end", node_id: "a", ...stage, status: "canceled", duration_ms: 9000 }),
        at(101, { event: "hop_settled", hop: 1, epoch: 1, outcome: "yield" }),
        at(101, { event: "hop_planned", hop: 2, epoch: 1, plan: { kind: "trunk" }, why: "more" }),
        at(105, {
          event: "human_gate_waiting",
          node_id: "q",
          visit: 1,
          gate: "q/1",
          question: "?",
          options: [],
          freeform: true,
          timeout_ms: 1,
        }),
      ],
      START + 135_000,
    );
    expect(account.total).toMatchObject({ personMs: 30_000, queuedMs: 40_000, runnerMinutes: 2 });
    expect(
      account.hops.map(({ hop, queuedMs, attempts, outcome }) => [hop, queuedMs, attempts, outcome]),
    ).toEqual([
      [1, 40_000, 1, "yield"],
      [2, null, 0, null],
    ]);
    const local = accountOf([
      at(0, {
        event: "run_started",
        schema_version: 1,
        graph: { name: "g", digest: "d" },
        goal: "",
        inputs: {},
        config_digest: "d",
        engine_version: "0",
        coordinator: "local",
      }),
      at(1, {
        event: "fanout_started",
        node_id: "f",
        visit: 1,
        branches: [branch],
        join_policy: "wait_all",
        error_policy: "continue",
        k: 1,
        max_parallel: 1,
      }),
      at(6, {
        event: "branch_started",
        branch_key: branch.key,
        node_id: "a",
        fan_node: "f",
        fan_visit: 1,
        index: 0,
      }),
    ]);
    expect(local.branches).toMatchObject([{ branch: branch.key, queuedMs: 5000 }]);
  });
});
