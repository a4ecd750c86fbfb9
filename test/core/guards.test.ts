/** Guards that stayed untested: what a cancel stops between stages, what forgives a failure, what siblings may not add up to. */
import { describe, expect, it } from "vitest";
import { carryOver } from "../../engine/core/breakers.ts";
import type { BreakerCounts } from "../../engine/core/events/flow.ts";
import type { MutableBreakers } from "../../engine/core/state.ts";
import { frame, tool } from "./graphs.ts";
import {
  ended,
  finish,
  named,
  pipelineOf,
  play,
  ran,
  route,
  run,
  type Said,
  start,
  type World,
  world,
} from "./world.ts";

const LATE: Said = { status: "fail", failure_reason: "late", evidence: { timed_out: true } };

describe("a cancel that comes while a stage ends", () => {
  const WAYS = `${tool("a")}; ${tool("b")}; a -> b [condition="outcome=success"]`;
  const graphs: Readonly<Record<string, [string, Said]>> = {
    "an edge after success": [frame(`${WAYS}; start -> a; b -> exit`), { status: "success" }],
    "an edge after failure": [
      frame(`${tool("a")}; ${tool("b")}; start -> a; a -> b; b -> exit`),
      { status: "fail", failure_reason: "red" },
    ],
    "a restart": [
      frame(
        `${tool("a")}; start -> a; a -> exit [condition="outcome=success"]; a -> a [condition="outcome=fail", loop_restart=true]`,
      ),
      LATE,
    ],
    "the exit": [frame(`${tool("a")}; start -> a -> exit`), { status: "success" }],
    "an edge in a branch": [
      frame(
        `par [shape=component]; join [shape=tripleoctagon]; ${WAYS}; ${tool("c")}; start -> par; par -> a; b -> join; par -> c -> join; join -> exit`,
      ),
      { status: "success" },
    ],
  };

  it.each(Object.keys(graphs))("R-FAN-3: %s is not taken any more", (name) => {
    const [dot, said] = graphs[name]!;
    const w = world(pipelineOf(dot));
    const effects = w.settle().flatMap((effect) => (effect.kind === "stage" ? [effect] : []));
    for (const effect of effects) start(w, effect);
    w.append({ event: "cancellation_requested", reason: "enough", by: "tester" });
    for (const effect of effects) finish(w, effect, said);
    w.settle();
    const after = w.log.slice(w.log.findIndex(({ event }) => event === "cancellation_requested"));
    const moved = after.filter(({ event }) =>
      /^(?:edge_selected|loop_restart.*|.*_cycle_check|stage_attempt_start|goal_gate_unsatisfied)$/.test(
        event,
      ),
    );
    expect(moved).toEqual([]);
    expect(ended(w)).toMatchObject({ event: "run_canceled", reason: "enough" });
  });
});

describe("a failed fan-in", () => {
  const dot = (join: string, edges: string) =>
    frame(`par [shape=component]; join [shape=tripleoctagon ${join}]; ${tool("a")}; ${tool("b")}; ${tool("fix")}; ${tool("verify")}
      start -> par; par -> a -> join; par -> b -> join; ${edges}; verify -> exit; fix -> exit`);
  const red = { a: ["fail: alpha"], b: ["fail: beta"] };

  it("R-FAN-1: takes a matching condition before its retry target", () => {
    const w = run(dot(', retry_target="par"', 'join -> verify; join -> fix [condition="outcome=fail"]'), {
      outcomes: red,
    });
    expect(route(w)).toContain("join>fix");
    expect(route(w)).not.toContain("join>par");
    expect([ran(w, "fix"), ran(w, "verify")]).toEqual([1, 0]);
  });

  it("R-FAN-1: takes its retry target where no condition matches", () => {
    const w = run(dot(', retry_target="par"', 'join -> verify; join -> fix [condition="outcome=skipped"]'), {
      outcomes: { a: ["fail: x", "success"], b: ["fail: y", "success"] },
    });
    expect(route(w)).toContain("join>par");
    expect(ended(w)?.event).toBe("run_completed");
  });

  it("R-FAN-1: never takes its unconditional edge, when the run is resumed and fails again either", () => {
    // Lint asks for a way out of a failed join; the run that it would end is what is tried here.
    const w = run(dot("", 'join -> verify; join -> fix [condition="outcome=skipped"]'), { outcomes: red });
    for (let resumed = 0; resumed < 2; resumed++) {
      expect(ended(w)).toMatchObject({ event: "run_failed", failed_node: "join" });
      w.append({ event: "run_resumed", by: "tester", reopened: true, lost_attempts: 0 });
      play(w, { outcomes: red });
    }
    expect(ended(w)).toMatchObject({ event: "run_failed", failed_node: "join" });
    expect(named(w, "fanout_joined").map(({ status }) => status)).toEqual(["fail", "fail", "fail"]);
    expect(route(w)).not.toContain("join>verify");
    expect(ran(w, "verify")).toBe(0);
  });
});

describe("what makes a failure good", () => {
  const loop = (attrs = "") =>
    frame(
      `${tool("impl")}; ${tool("verify")}; ${tool("polish")}; start -> impl -> verify
      verify -> impl [condition="outcome=fail"]; verify -> polish [condition="outcome=success"]
      polish -> exit [condition="outcome=success"]; polish -> impl [condition="outcome=fail"]`,
      attrs,
    );
  const word = (i: number) =>
    `fail: ${["red", "green", "blue", "late", "odd", "even"][i % 6]} part ${"x".repeat(i)} broke`;

  it("R-BRK-3: a node's own success between: its failures do not add up over it", () => {
    const w = run(loop(", max_node_failures=3"), {
      outcomes: {
        verify: [word(0), word(1), "success", word(2), word(3), "success", word(4), word(5), "success"],
        polish: ["fail: first", "fail: second thing", "success"],
      },
    });
    expect(ended(w)?.event).toBe("run_completed");
    expect(ran(w, "verify")).toBe(9);
    expect(named(w, "no_progress_breaker")).toEqual([]);
  });

  it("R-BRK-3: nor do those of one signature for the cycle breaker", () => {
    const same = "fail: error TS2304: Cannot find name 'x'";
    const w = run(loop(), {
      outcomes: {
        verify: [same, same, "success", same, same, "success"],
        polish: ["fail: dull", "success"],
      },
    });
    expect(ended(w)?.event).toBe("run_completed");
    expect(
      named(w, "deterministic_failure_cycle_check")
        .filter(({ node_id }) => node_id === "verify")
        .map(({ signature_count }) => signature_count),
    ).toEqual([1, 2, 1, 2]);
  });

  it("R-BRK-3: another node's success and a changed tree do not: the incident's scaffold stops at the bound", () => {
    let commits = 0;
    const w = world(pipelineOf(loop(", max_node_failures=5")));
    for (let turn = 0; turn < 60; turn++) {
      const [effect] = w.settle();
      if (effect?.kind !== "stage") break;
      start(w, effect);
      const failed = effect.node === "verify";
      finish(w, effect, {
        ...(failed ? { status: "fail", failure_reason: word(turn).slice(6) } : { status: "success" }),
        commit: `c${++commits}`,
      });
    }
    expect(ran(w, "verify")).toBe(5);
    expect(named(w, "no_progress_breaker")).toMatchObject([
      { node_id: "verify", signature_count: 5, signature_limit: 5 },
    ]);
    expect(ended(w)).toMatchObject({ event: "run_failed", failed_node: "verify" });
  });
});

describe("siblings that fail at the same node", () => {
  const items = (more = "") =>
    frame(
      `${tool("list")}; par [shape=component, items="files"]; ${tool("work")}; join [shape=tripleoctagon]; ${tool("after")}
      start -> list -> par -> work -> join; join -> par [condition="outcome=fail"]; join -> after [condition="outcome=success"]; after -> exit`,
      more,
    );
  const listed = { list: [{ status: "success", context_updates: { files: ["a", "b", "c", "d"] } }] };
  const counts = (w: World) =>
    named(w, "deterministic_failure_cycle_check")
      .filter(({ node_id }) => node_id === "work")
      .map(({ branch_key, signature_count }) => `${branch_key?.split("/")[1]}:${signature_count}`);

  it("R-BRK-5: of one visit are not added together, on the way in or at the join", () => {
    const w = run(items(", max_node_visits=2"), { outcomes: { ...listed, work: ["fail: same cause"] } });
    expect(counts(w)).toEqual(["v1:1", "v1:1", "v1:1", "v1:1", "v2:2", "v2:2", "v2:2", "v2:2"]);
    const trunk = w.state.scopes.get("")!.breakers;
    const ofWork = [...trunk.cycle].filter(([key]) => key.startsWith("work\t")).map(([, count]) => count);
    expect(ofWork).toEqual([2]);
    expect(trunk.failures.get("work")).toBe(2);
  });

  it("R-BRK-5: in whatever order they are folded", () => {
    const from = (cycle: number, failures: number): BreakerCounts => ({
      cycle: { "work\tx": cycle },
      restart: { late: cycle },
      failures: { work: failures },
    });
    const orders = [
      [from(1, 2), from(3, 1), from(2, 2)],
      [from(3, 1), from(2, 2), from(1, 2)],
      [from(2, 2), from(1, 2), from(3, 1)],
    ];
    for (const order of orders) {
      const into: MutableBreakers = { cycle: new Map(), restart: new Map(), failures: new Map() };
      for (const counted of order) carryOver(into, counted);
      expect([into.cycle.get("work\tx"), into.restart.get("late"), into.failures.get("work")]).toEqual([
        3, 3, 2,
      ]);
    }
  });
});
