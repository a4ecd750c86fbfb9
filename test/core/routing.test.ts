import { describe, expect, it } from "vitest";
import { frame, tool } from "./graphs.ts";
import { ended, finish, named, pipelineOf, play, ran, route, run, start, world } from "./world.ts";

describe("a run", () => {
  it("R-LANG-2: goes from start to exit and ends successful", () => {
    const w = run(frame(`${tool("a")}; ${tool("b")}; start -> a -> b -> exit`));
    expect(route(w)).toEqual(["start>a", "a>b", "b>exit"]);
    expect(ended(w)?.event).toBe("run_completed");
  });

  it("R-FAIL-7: a matching condition wins over weight, weight over the target's name", () => {
    const dot = frame(`${tool("a")}; ${tool("b")}; ${tool("c")}; ${tool("d")}
      start -> a; a -> b [condition="outcome=fail"]; a -> c [weight=1]; a -> d [weight=5]; b -> exit; c -> exit; d -> exit`);
    expect(route(run(dot))[1]).toBe("a>d");
    expect(route(run(dot, { outcomes: { a: ["fail: boom"] } }))[1]).toBe("a>b");
  });

  it("R-FAIL-7: a failed ordinary stage takes an unconditional edge before a retry target", () => {
    const w = run(frame(`${tool("a", ', retry_target="b"')}; ${tool("b")}; start -> b -> a -> exit`), {
      outcomes: { a: ["fail: boom", "success"] },
    });
    expect(route(w)).toEqual(["start>b", "b>a", "a>exit"]);
    expect(ended(w)?.event).toBe("run_failed");
  });

  it("R-FAIL-7: without any edge that fits, the retry-target chain is followed", () => {
    const w = run(
      frame(
        `${tool("a", ', retry_target="b"')}; ${tool("b")}; start -> b -> a; a -> exit [condition="outcome=success"]`,
      ),
      { outcomes: { a: ["fail: boom", "success"] } },
    );
    expect(route(w)).toEqual(["start>b", "b>a", "a>b", "b>a", "a>exit"]);
    expect(ended(w)?.event).toBe("run_completed");
    expect(named(w, "edge_selected")[2]?.reason).toBe("retry_target");
  });

  it("R-FAIL-8: an exit reached through a failure is a failed run with that node's cause", () => {
    const w = run(
      frame(`gate [shape=parallelogram, tool_command="x"]; ${tool("work")}
        start -> gate; gate -> work [condition="outcome=success"]; gate -> exit [condition="outcome=fail"]; work -> exit`),
      { outcomes: { gate: ["fail: wasm-pack not found"] } },
    );
    expect(ended(w)).toMatchObject({
      event: "run_failed",
      failed_node: "gate",
      failure_reason: "wasm-pack not found",
    });
    expect(ran(w, "work")).toBe(0);
  });

  it("R-FAIL-1: a conditional hands on status, reason, class and signature verbatim", () => {
    const w = run(
      frame(`${tool("verify")}; check [shape=diamond]; ${tool("fix")}
        start -> verify -> check; check -> exit [condition="outcome=success"]; check -> fix [condition="outcome=fail"]; fix -> verify`),
      { outcomes: { verify: ["fail: test a > b failed", "success"] } },
    );
    const [first, second] = named(w, "stage_attempt_end").filter((e) =>
      ["verify", "check"].includes(e.node_id),
    );
    expect(second).toMatchObject({
      node_id: "check",
      status: "fail",
      failure_reason: first?.failure_reason,
      failure_class: first?.failure_class,
      failure_signature: first?.failure_signature,
    });
    expect(ended(w)?.event).toBe("run_completed");
  });

  it("R-STAT-9: a custom outcome routes by an equal condition, and fails naming the edges without one", () => {
    const dot = frame(`a [shape=box, prompt="p", llm_provider="x"]; ${tool("b")}
      start -> a; a -> b [condition="outcome=needs_work"]; a -> exit [condition="outcome=success"]; b -> exit`);
    expect(route(run(dot, { outcomes: { a: ["needs_work"] } }))[1]).toBe("a>b");
    const w = run(dot, { outcomes: { a: ["unheard"] } });
    expect(ended(w)).toMatchObject({ event: "run_failed" });
    expect(JSON.stringify(ended(w))).toContain('\\"unheard\\"');
    expect(JSON.stringify(ended(w))).toContain("outcome=needs_work");
  });

  it("a dead end is not a success", () => {
    const w = run(
      frame(
        `${tool("a")}; ${tool("b")}; start -> a; a -> b [condition="outcome=success"]; a -> exit [condition="outcome=fail"]; b -> exit [condition="outcome=fail"]`,
      ),
    );
    expect(ended(w)).toMatchObject({ event: "run_failed", failure_class: "structural" });
  });
});

describe("retries", () => {
  const dot = (max: number) =>
    frame(`${tool("a", `, max_retries=${max}, timeout="1s"`)}; start -> a -> exit`);

  it("R-BRK-8: a deterministic failure is not retried, and an event says why", () => {
    const w = run(dot(3), { outcomes: { a: ["fail: assertion"] } });
    expect(ran(w, "a")).toBe(1);
    expect(named(w, "stage_retry_blocked")[0]).toMatchObject({
      node_id: "a",
      failure_class: "deterministic",
    });
    expect(named(w, "stage_retry_sleep")).toHaveLength(0);
  });

  it("R-FAIL-6: an infrastructure failure is retried with growing delays, within the budget", () => {
    const said = { status: "fail", failure_reason: "timed out", evidence: { timed_out: true } };
    const w = run(dot(2), { outcomes: { a: [said, said, "success"] } });
    expect(ran(w, "a")).toBe(3);
    expect(named(w, "stage_retry_sleep").map((e) => e.retries)).toEqual([1, 2]);
    expect(ended(w)?.event).toBe("run_completed");
    expect(ran(run(dot(2), { outcomes: { a: [said] } }), "a")).toBe(3);
  });

  it("R-FAIL-4: work that the run canceled is never retried and counts for no breaker", () => {
    const w = world(pipelineOf(dot(3)));
    const [effect] = w.settle();
    if (effect?.kind !== "stage") throw new Error("no stage");
    start(w, effect);
    w.append({ event: "cancellation_requested", reason: "enough", by: "tester" });
    finish(w, effect, { status: "fail", failure_reason: "stopped", evidence: { canceled: true } });
    expect(named(w, "stage_attempt_end").at(-1)).toMatchObject({ failure_class: "canceled" });
    play(w);
    expect(ran(w, "a")).toBe(1);
    expect(w.state.scopes.get("")?.breakers.failures.size).toBe(0);
    expect(ended(w)).toMatchObject({ event: "run_canceled", reason: "enough" });
  });
});

describe("goal gates", () => {
  const dot = frame(
    `${tool("impl")}; ${tool("review", ', goal_gate=true, retry_target="impl"')}; start -> impl -> review; review -> exit`,
  );
  it("R-LANG-2: an unsatisfied gate shuts the exit and goes to its retry target", () => {
    const w = run(dot, { outcomes: { review: ["fail: no", "success"] } });
    expect(route(w)).toEqual([
      "start>impl",
      "impl>review",
      "review>exit",
      "exit>impl",
      "impl>review",
      "review>exit",
    ]);
    expect(ended(w)?.event).toBe("run_completed");
  });

  it("R-BRK-7: goal-gate retries are bounded", () => {
    const texts = Array.from(
      { length: 40 },
      (_, i) => `fail: other words ${String.fromCharCode(97 + (i % 26))}${i > 25 ? "x" : ""} altogether`,
    );
    const w = run(dot, { outcomes: { review: texts } });
    expect(ended(w)).toMatchObject({ event: "run_failed" });
    expect(ran(w, "review")).toBeLessThanOrEqual(9);
  });
});

describe("loops end", () => {
  const scaffold = frame(`${tool("impl")}; ${tool("verify")}; check [shape=diamond]
    start -> impl -> verify -> check; check -> exit [condition="outcome=success"]; check -> impl [condition="outcome=fail"]`);

  it("R-BRK-3: whatever the texts say, a node that keeps failing stops the run at the bound", () => {
    const words = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu".split(" ");
    const w = run(scaffold, { outcomes: { verify: words.map((x) => `fail: ${x} went wrong`) } });
    expect(ran(w, "verify")).toBe(8);
    expect(named(w, "no_progress_breaker")[0]).toMatchObject({
      bound: "max_node_failures",
      node_id: "verify",
      signature_limit: 8,
    });
    expect(ended(w)).toMatchObject({ event: "run_failed", failed_node: "verify" });
  });

  it("R-BRK-9: the same failure three times trips the cycle breaker, and its events say all five things", () => {
    const w = run(scaffold, { outcomes: { verify: ["fail: test x failed"] } });
    expect(ran(w, "verify")).toBe(3);
    expect(named(w, "deterministic_failure_cycle_check").map((e) => e.signature_count)).toEqual([1, 2, 3]);
    expect(named(w, "deterministic_failure_cycle_breaker")[0]).toMatchObject({
      signature_count: 3,
      signature_limit: 3,
      failure_class: "deterministic",
      failure_reason: "test x failed",
    });
  });

  it("R-BRK-6: loop_restart is blocked for deterministic failures and broken for repeated transient ones", () => {
    const dot = frame(
      `${tool("work")}; check [shape=diamond]; start -> work -> check
      check -> exit [condition="outcome=success"]
      check -> work [condition="outcome=fail", loop_restart=true]`,
      ", loop_restart_signature_limit=2",
    );
    const blocked = run(dot, { outcomes: { work: ["fail: exit 1"] } });
    expect(named(blocked, "loop_restart_blocked")).toHaveLength(1);
    expect(named(blocked, "loop_restart")).toHaveLength(0);
    expect(ended(blocked)).toMatchObject({ event: "run_failed", failure_reason: "exit 1" });

    const transient = run(dot, {
      outcomes: { work: [{ status: "fail", failure_reason: "timed out", evidence: { timed_out: true } }] },
    });
    expect(named(transient, "loop_restart")).toHaveLength(1);
    expect(named(transient, "loop_restart_circuit_breaker")[0]).toMatchObject({
      signature_count: 2,
      signature_limit: 2,
    });
  });
});
