/** Only the run itself cancels: what calls itself canceled has failed, wherever it stands (R-FAIL-4). */
import { describe, expect, it } from "vitest";
import { judgeJoin } from "../../engine/core/join.ts";
import { frame, tool } from "./graphs.ts";
import { ended, finish, named, pipelineOf, play, ran, route, run, type Said, start, world } from "./world.ts";

const WAYS: readonly [string, Said][] = [
  ["a text", { status: "fail", failure_reason: "rpc error: context canceled", evidence: { exit_code: 1 } }],
  ["a status file", { status: "fail", failure_reason: "stopped", failure_class: "canceled" }],
  ["a retry status", { status: "retry", failure_reason: "stopped", failure_class: "canceled" }],
  [
    "a foreign SIGTERM",
    { status: "fail", failure_reason: "killed by SIGTERM", evidence: { signal: "SIGTERM" } },
  ],
  ["an abort of nobody", { status: "fail", failure_reason: "aborted", evidence: { error_code: "abort" } }],
  [
    "a driver that stopped nothing",
    { status: "fail", failure_reason: "canceled while running", evidence: { canceled: true } },
  ],
];

describe.each(WAYS)("canceled by the word of %s", (_, said) => {
  it("R-FAIL-4, R-FAIL-8: is no success at an exit", () => {
    for (const edge of ["a -> exit", 'a -> exit [condition="outcome=fail"]']) {
      const w = run(frame(`${tool("a")}; start -> a; ${edge}`), { outcomes: { a: [said] } });
      expect(ended(w)).toMatchObject({
        event: "run_failed",
        failed_node: "a",
        failure_class: "deterministic",
      });
    }
  });

  it("R-FAIL-4: is no success behind a condition that hands it on", () => {
    const w = run(frame(`${tool("a")}; c [shape=diamond]; start -> a -> c -> exit`), {
      outcomes: { a: [said] },
    });
    expect(ended(w)).toMatchObject({ event: "run_failed", failed_node: "a" });
  });

  it("R-FAIL-4: is no success at a join, and its branch says so", () => {
    const dot = frame(`par [shape=component]; join [shape=tripleoctagon]; ${tool("a")}; ${tool("b")}
      start -> par; par -> a -> join; par -> b -> join; join -> exit`);
    const all = run(dot, { outcomes: { a: [said], b: [said] } });
    expect(ended(all)).toMatchObject({ event: "run_failed", failed_node: "join" });
    expect(named(all, "fanout_joined")[0]).toMatchObject({
      status: "fail",
      failure_class: "deterministic",
      counts: { total: 2, success: 0, fail: 2, canceled: 0 },
    });
    const one = run(dot, { outcomes: { a: [said] } });
    expect(named(one, "branch_completed").map((e) => e.status)).toEqual(["fail", "success"]);
    expect(named(one, "fanout_joined")[0]).toMatchObject({ status: "partial_success" });
  });

  it("R-FAIL-4: is no success in a branch that leaves by the exit, or in a nested one", () => {
    const leaves = run(
      frame(
        `par [shape=component]; ${tool("a")}; ${tool("b")}; start -> par; par -> a -> exit; par -> b -> exit`,
      ),
      { outcomes: { a: [said], b: [said] } },
    );
    expect(ended(leaves)?.event).toBe("run_failed");
    const nested = run(
      frame(`outer [shape=component]; oj [shape=tripleoctagon]; inner [shape=component]; ij [shape=tripleoctagon]
        ${tool("a")}; ${tool("b")}; start -> outer -> inner; inner -> a -> ij; inner -> b -> ij; ij -> oj -> exit`),
      { outcomes: { a: [said], b: [said] } },
    );
    expect(ended(nested)?.event).toBe("run_failed");
  });

  it("R-FAIL-4: keeps a goal gate shut, and its loop is bounded", () => {
    const dot = (more: string) =>
      frame(`${tool("work")}; ${tool("gate", `, goal_gate=true ${more}`)}; start -> work -> gate -> exit`);
    expect(ended(run(dot(""), { outcomes: { gate: [said] } }))).toMatchObject({
      event: "run_failed",
      failed_node: "gate",
    });
    const w = run(dot(', retry_target="work"'), { outcomes: { gate: [said] } });
    expect(ended(w)).toMatchObject({ event: "run_failed", failed_node: "gate" });
    expect(ran(w, "gate")).toBe(3);
  });

  it("R-FAIL-4: loops over it are broken, on the trunk and in a branch", () => {
    const loop = `${tool("impl")}; ${tool("verify")}; check [shape=diamond]; impl -> verify -> check
      check -> impl [condition="outcome=fail"]; check -> join [condition="outcome=success"]`;
    for (const dot of [
      frame(`${tool("join")}; start -> impl; join -> exit; ${loop}`),
      frame(`par [shape=component]; join [shape=tripleoctagon]; ${tool("b")}
        start -> par; par -> impl; par -> b -> join; join -> exit; ${loop}`),
    ]) {
      const w = run(dot, { outcomes: { verify: [said] } });
      expect(ran(w, "verify")).toBe(3);
      expect(named(w, "deterministic_failure_cycle_breaker")).toHaveLength(1);
    }
  });

  it("R-FAIL-4: is not tried again in place, and blocks a loop_restart", () => {
    const retried = run(frame(`${tool("a", ", max_retries=3")}; start -> a -> exit`), {
      outcomes: { a: [said] },
    });
    expect([ran(retried, "a"), named(retried, "stage_retry_sleep").length]).toEqual([1, 0]);
    const restarted = run(
      frame(`${tool("a")}; start -> a; a -> a [condition="outcome=fail", loop_restart=true]; a -> exit`),
      { outcomes: { a: [said] } },
    );
    expect(named(restarted, "loop_restart_blocked")).toHaveLength(1);
    expect(ended(restarted)?.event).toBe("run_failed");
  });

  it("R-FAIL-4: takes the retry target, as any failure does", () => {
    const w = run(
      frame(
        `${tool("b")}; ${tool("a", ', retry_target="b"')}; start -> b -> a; a -> exit [condition="outcome=success"]`,
      ),
      { outcomes: { a: [said, "success"] } },
    );
    expect(route(w)).toContain("a>b");
    expect(ended(w)?.event).toBe("run_completed");
  });
});

describe("what ended an attempt", () => {
  const slow: Said = { status: "fail", failure_reason: "timed out", evidence: { timed_out: true } };

  it("R-FAIL-4: a SIGKILL that the run did not send is of the surroundings, and retried", () => {
    const killed: Said = { status: "fail", failure_reason: "killed", evidence: { signal: "SIGKILL" } };
    const w = run(frame(`${tool("a", ", max_retries=2")}; start -> a -> exit`), {
      outcomes: { a: [killed, "success"] },
    });
    expect(ran(w, "a")).toBe(2);
    expect(ended(w)?.event).toBe("run_completed");
  });

  it("R-FAIL-4: an abort by the stall watchdog is a timeout, in trunk and branch", () => {
    const dot =
      frame(`par [shape=component]; join [shape=tripleoctagon]; ${tool("a")}; ${tool("b")}; ${tool("before")}
      start -> before -> par; par -> a -> join; par -> b -> join; join -> exit`);
    for (const branch of [null, "par/v1/01-a"]) {
      const w = world(pipelineOf(dot));
      if (branch !== null) {
        const [before] = w.settle();
        if (before?.kind !== "stage") throw new Error("no stage");
        start(w, before);
        finish(w, before, { status: "success" });
      }
      const [effect] = w.settle();
      if (effect?.kind !== "stage") throw new Error("no stage");
      start(w, effect);
      w.append({
        event: "stall_watchdog_timeout",
        ...(branch === null ? {} : { branch_key: branch }),
        node_id: effect.node,
        idle_ms: 9,
        stall_timeout_ms: 8,
      });
      finish(w, effect, { status: "fail", failure_reason: "stopped", evidence: { canceled: true } });
      expect(named(w, "stage_attempt_end").at(-1)).toMatchObject({
        node_id: effect.node,
        failure_class: "transient_infra",
        evidence: { timed_out: true },
      });
    }
  });

  it("R-FAIL-8: a restart after a failure is no success by itself", () => {
    const w = run(
      frame(`${tool("a")}; start -> a; a -> exit [condition="outcome=fail", loop_restart=true]; a -> exit`),
      { outcomes: { a: [slow] } },
    );
    expect(named(w, "loop_restart")).toHaveLength(1);
    expect(ended(w)).toMatchObject({
      event: "run_failed",
      failed_node: "a",
      failure_class: "transient_infra",
    });
  });

  it("R-FAIL-8: an exit reached through a timeout ends fail with that class", () => {
    const w = run(frame(`${tool("a")}; start -> a -> exit`), { outcomes: { a: [slow] } });
    expect(ended(w)).toMatchObject({ event: "run_failed", failure_class: "transient_infra" });
  });

  it("R-FAIL-4: a log in which another engine wrote canceled is folded as a failure", () => {
    const w = world(pipelineOf(frame(`${tool("a")}; start -> a -> exit`)));
    const [effect] = w.settle();
    if (effect?.kind !== "stage") throw new Error("no stage");
    start(w, effect);
    w.append({
      event: "stage_attempt_end",
      node_id: "a",
      visit: 1,
      attempt: 1,
      max: 1,
      handler: "tool",
      status: "fail",
      failure_reason: "canceled",
      failure_class: "canceled",
      failure_signature: "a|canceled",
      classified_by: "text",
      evidence: { exit_code: 1 },
      duration_ms: 5,
    });
    play(w);
    expect(ended(w)).toMatchObject({ event: "run_failed", failed_node: "a" });
  });

  it("R-FAN-2: a branch that failed is none that was canceled, whatever its cause is called", () => {
    const end = (status: "fail" | "canceled", key: string) =>
      ({ key, status, class: "canceled", reason: "context canceled" }) as const;
    const rule = { join: "wait_all", error: "continue", k: 1 } as const;
    expect(judgeJoin(rule, 2, [end("fail", "a"), end("fail", "b")])).toMatchObject({
      status: "fail",
      class: "deterministic",
    });
    expect(judgeJoin(rule, 2, [end("canceled", "a"), end("canceled", "b")])).toMatchObject({
      status: "canceled",
      class: "canceled",
    });
  });
});
