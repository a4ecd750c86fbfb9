/** 11.3 to 11.5, 11.7: traversal, goal gates, retries, context. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { retryDelayMs } from "../../engine/core/backoff.ts";
import { resume } from "../../engine/index.ts";
import { ended, named, pipelineOf, play, ran, resumeWorld, route, run } from "../core/world.ts";
import * as local from "../local/world.ts";
import { type Checks, frame, tool } from "./check.ts";

const handlers = (w: ReturnType<typeof run>) => named(w, "stage_attempt_start").map((event) => event.handler);
const fork = (edges: string, more = "") =>
  frame(
    `${tool("a")} ${tool("b")} ${tool("c")} ${tool("d")} start -> a; ${edges}; b -> exit; c -> exit; d -> exit; ${more}`,
  );
const after = (w: ReturnType<typeof run>) => route(w)[1];
const GATE = frame(
  `${tool("work")} ${tool("check", ', goal_gate=true, retry_target="work"')} start -> work -> check; check -> exit`,
);

export const engine: Checks = {
  "Engine resolves the start node and begins execution there": () => {
    expect(named(run(frame("start -> exit")), "stage_attempt_start")[0]).toMatchObject({
      node_id: "start",
      handler: "start",
    });
  },
  "Each node's handler is resolved via shape-to-handler-type mapping": () => {
    const shapes = {
      box: "agent",
      hexagon: "wait.human",
      diamond: "conditional",
      component: "parallel",
      tripleoctagon: "parallel.fan_in",
      parallelogram: "tool",
      house: "stack.manager_loop",
      Mdiamond: "start",
      Msquare: "exit",
    };
    for (const [shape, handler] of Object.entries(shapes)) {
      const source = `digraph g { start [shape=Mdiamond]; exit [shape=Msquare]; f [shape=component]; x [prompt=p]; start -> f -> x; n [shape=${shape}, prompt=p, tool_command=t, "stack.child_dotfile"="c.dot"]; x -> n; n -> exit }`;
      const stage = ["Mdiamond", "Msquare"].includes(shape)
        ? pipelineOf(frame("start -> exit")).stages.get(shape === "Mdiamond" ? "start" : "exit")
        : pipelineOf(source).stages.get("n");
      expect(stage?.handler, shape).toBe(handler);
    }
  },
  "Handler is called with (node, context, graph, logs_root) and returns an Outcome": async () => {
    const seen: unknown[] = [];
    const { final } = await local.ran(frame('n [type="mine"]; start -> n -> exit'), {
      handlers: {
        mine: async ({ stage, context, pipeline, logsRoot }) => {
          seen.push(stage.id, context["graph.goal"], pipeline.name, existsSync(logsRoot));
          return { outcome: { status: "success" }, evidence: {}, durationMs: 0 };
        },
      },
    });
    expect([final?.status, ...seen]).toEqual(["success", "n", "Ship it", "g", true]);
  },
  "Outcome is written to {logs_root}/{node_id}/status.json": async () => {
    const { root } = await local.ran(frame(`${local.tool("n", "exit 3")}; start -> n; n -> exit`));
    expect(local.readJson(join(root, "n", "status.json"))).toMatchObject({ status: "fail" });
  },
  "Edge selection follows the 5-step priority": () => {
    const all = 'a -> b [condition="outcome=success"]; a -> c [label="Go", weight=9]; a -> d';
    expect(
      after(
        run(fork(all), {
          outcomes: { a: [{ status: "success", preferred_label: "Go", suggested_next_ids: ["d"] }] },
        }),
      ),
    ).toBe("a>b");
    const open = 'a -> b [label="Other", weight=9]; a -> c [label="Go"]; a -> d';
    expect(
      after(
        run(fork(open), {
          outcomes: { a: [{ status: "success", preferred_label: "Go", suggested_next_ids: ["d"] }] },
        }),
      ),
    ).toBe("a>c");
    expect(
      after(run(fork(open), { outcomes: { a: [{ status: "success", suggested_next_ids: ["d"] }] } })),
    ).toBe("a>d");
    expect(after(run(fork(open)))).toBe("a>b");
    expect(after(run(fork("a -> d; a -> c; a -> b")))).toBe("a>b");
  },
  "Engine loops: execute node -> select edge -> advance to next node -> repeat": () => {
    const w = run(frame(`${tool("a")} ${tool("b")} start -> a -> b -> exit`));
    const steps = w.log
      .filter(({ event }) => event === "stage_attempt_end" || event === "edge_selected")
      .map(({ event }) => event);
    expect(steps.join(" ")).toBe("stage_attempt_end edge_selected ".repeat(3).concat("stage_attempt_end"));
  },
  "Terminal node (shape=Msquare) stops execution": () => {
    const w = run(frame(`${tool("a")} start -> a -> exit`));
    expect([handlers(w).at(-1), w.log.at(-1)?.event, w.settle()]).toEqual(["exit", "run_completed", []]);
  },
  'Pipeline outcome is "success" if all goal_gate nodes reached SUCCESS or PARTIAL_SUCCESS, "fail" otherwise':
    () => {
      expect(ended(run(GATE, { outcomes: { check: ["partial_success"] } }))?.status).toBe("success");
      expect(
        ended(run(GATE.replace(', retry_target="work"', ""), { outcomes: { check: ["fail: no"] } }))?.status,
      ).toBe("fail");
    },
};

export const goalGates: Checks = {
  "Nodes with goal_gate=true are tracked throughout execution": () => {
    const far = frame(
      `${tool("check", ", goal_gate=true")} ${tool("b")} ${tool("c")} start -> check; check -> b; b -> c -> exit`,
    );
    expect(ended(run(far, { outcomes: { check: ["fail: early"] } }))).toMatchObject({ event: "run_failed" });
    expect(JSON.stringify(ended(run(far, { outcomes: { check: ["fail: early"] } })))).toContain(
      "goal gate check",
    );
  },
  "Before allowing exit, the engine checks all goal gate nodes have succeeded": () => {
    const w = run(GATE, { outcomes: { check: ["fail: not yet", "success"] } });
    expect(named(w, "goal_gate_unsatisfied")).toMatchObject([{ node_id: "check", status: "fail" }]);
  },
  "If any goal gate node has not succeeded, the engine routes to retry_target": () => {
    const w = run(GATE, { outcomes: { check: ["fail: not yet", "success"] } });
    expect(named(w, "edge_selected").find((edge) => edge.reason === "goal_gate_retry")).toMatchObject({
      to_node: "work",
    });
    expect([ran(w, "work"), ended(w)?.status]).toEqual([2, "success"]);
  },
  'If no retry_target and goal gates unsatisfied, pipeline outcome is "fail"': () => {
    const w = run(GATE.replace(', retry_target="work"', ""), { outcomes: { check: ["fail: no luck"] } });
    expect(ended(w)).toMatchObject({ event: "run_failed", failed_node: "check" });
  },
};

const late = { status: "fail", failure_reason: "timed out", evidence: { timed_out: true } };
const RETRIES = frame(
  `${tool("a", ", max_retries=2")} start -> a; a -> exit [condition="outcome=success"]; a -> a [condition="outcome=skipped"]`,
);
const backoff = (kind: string) =>
  pipelineOf(RETRIES.replace("max_retries=2", `max_retries=2, retry_policy="${kind}"`)).stages.get("a")!
    .backoff;

export const retries: Checks = {
  "Nodes with max_retries > 0 are retried on RETRY or FAIL outcomes": () => {
    expect(ran(run(RETRIES, { outcomes: { a: [late, "success"] } }), "a")).toBe(2);
    const retry = { status: "retry", failure_reason: "rate limited", evidence: { http_status: 429 } };
    expect(ran(run(RETRIES, { outcomes: { a: [retry, "success"] } }), "a")).toBe(2);
  },
  "Retry count is tracked per-node and respects the configured limit": () => {
    const w = run(RETRIES, { outcomes: { a: [late] } });
    expect([ran(w, "a"), named(w, "stage_retry_sleep").map((event) => event.retries)]).toEqual([3, [1, 2]]);
  },
  "Backoff between retries works (constant, linear, or exponential as configured)": () => {
    const delays = (kind: string) =>
      [1, 2, 3].map((n) => retryDelayMs({ ...backoff(kind), jitter: false }, n, "s"));
    const [a = 0, b = 0, c = 0] = delays("standard");
    expect([b / a, c / b]).toEqual([2, 2]);
    expect(new Set(delays("linear")).size).toBe(1);
  },
  "Jitter is applied to backoff delays when configured": () => {
    const jittered = { ...backoff("standard"), jitter: true };
    const delays = Array.from({ length: 50 }, (_, n) => retryDelayMs(jittered, 1, `seed ${n}`));
    expect(new Set(delays).size).toBeGreaterThan(10);
    for (const ms of delays) expect(ms / jittered.initialDelayMs).toBeGreaterThanOrEqual(0.5);
    for (const ms of delays) expect(ms / jittered.initialDelayMs).toBeLessThanOrEqual(1.5);
  },
  "After retry exhaustion, the node's final outcome is used for edge selection": () => {
    const source = RETRIES.replace("outcome=skipped", "outcome=fail").replace("a -> a", "a -> exit");
    const w = run(source, { outcomes: { a: [late] } });
    expect(named(w, "edge_selected").at(-1)).toMatchObject({
      from_node: "a",
      condition: "outcome=fail",
      outcome: "fail",
    });
  },
};

const PAIR = frame(
  `${local.tool("a", `printf '{"status":"success","context_updates":{"color":"blue"}}' > "$ATTRACTOR_STATUS_PATH"`)}; n [type="look"]; start -> a -> n; n -> exit [condition="outcome=success"]`,
);
type Look = { color: unknown; answer: string };
const look = (seen: Look) => ({
  look: async ({ context }: { context: Readonly<Record<string, unknown>> }) => {
    seen.color = context.color;
    return {
      outcome: { status: seen.answer, context_updates: { shape: "round" } },
      evidence: {},
      durationMs: 0,
    };
  },
});

export const context: Checks = {
  "Context is a key-value store accessible to all handlers": async () => {
    const seen: Look = { color: null, answer: "success" };
    await local.ran(PAIR, { handlers: look(seen) });
    expect(seen.color).toBe("blue");
  },
  "Handlers can read context and return context_updates in the Outcome": async () => {
    const seen: Look = { color: null, answer: "success" };
    const { root } = await local.ran(PAIR, { handlers: look(seen) });
    expect(local.readJson<{ context: object }>(join(root, "checkpoint.json")).context).toMatchObject({
      color: "blue",
      shape: "round",
    });
  },
  "Context updates are merged after each node execution": () => {
    const w = run(frame(`${tool("a")} ${tool("b")} start -> a -> b -> exit`), {
      outcomes: {
        a: [{ status: "success", context_updates: { x: 1, y: 1 } }],
        b: [{ status: "success", context_updates: { y: 2 } }],
      },
    });
    expect([w.state.scopes.get("")?.context.get("x"), w.state.scopes.get("")?.context.get("y")]).toEqual([
      1, 2,
    ]);
  },
  "Checkpoint is saved after each node completion (current_node, completed_nodes, context, retry counts)":
    async () => {
      const { root } = await local.ran(PAIR, { handlers: look({ color: null, answer: "success" }) });
      expect(local.readJson(join(root, "checkpoint.json"))).toMatchObject({
        current_node: "exit",
        completed_nodes: ["start", "a", "n", "exit"],
        context: { color: "blue" },
        node_retries: { a: 0, n: 0 },
      });
    },
  "Resume from checkpoint: load checkpoint -> restore state -> continue from current_node": async () => {
    const { root, final } = await local.ran(PAIR, { handlers: look({ color: null, answer: "fail" }) });
    expect(final?.failed_node).toBe("n");
    const seen: Look = { color: null, answer: "success" };
    const again = await resume(root, { handlers: look(seen) });
    expect([seen.color, again.final?.status]).toEqual(["blue", "success"]);
    expect(
      local.named(local.logOf(root), "stage_attempt_start").filter((event) => event.node_id === "a"),
    ).toHaveLength(1);
  },
  "Artifacts are written to {logs_root}/{node_id}/ (prompt.md, response.md, status.json)": async () => {
    const { root } = await local.ran(frame('a [prompt="Do it"]; start -> a -> exit'), { simulate: "" });
    for (const name of ["prompt.md", "response.md", "status.json"])
      expect(existsSync(join(root, "a", "v1-a1", name)), name).toBe(true);
    for (const name of ["prompt.md", "response.md", "status.json"])
      expect(existsSync(join(root, "a", name)), `the latest ${name}`).toBe(true);
    expect(local.readJson(join(root, "a", "status.json"))).toMatchObject({ outcome: "success" });
    expect(local.readJson(join(root, "manifest.json"))).toMatchObject({ name: expect.any(String) });
  },
};

/** A log cut at any line goes on to the same end. */
export function cutAnywhere(source: string): void {
  const whole = run(source);
  for (let cut = 1; cut < whole.log.length; cut++) {
    const resumed = play(resumeWorld(whole.pipeline, whole.log.slice(0, cut)));
    expect(route(resumed)).toEqual(route(whole));
    expect(ended(resumed)?.event).toBe(ended(whole)?.event);
  }
}
