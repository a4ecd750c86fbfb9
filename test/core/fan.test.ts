import { describe, expect, it } from "vitest";
import { frame, tool } from "./graphs.ts";
import { ended, named, pipelineOf, play, ran, route, run, world } from "./world.ts";

const three = (par = "", tail = "join -> verify; verify -> exit") =>
  frame(`par [shape=component ${par}]; join [shape=tripleoctagon]
  ${tool("a")}; ${tool("b")}; ${tool("c")}; ${tool("verify")}
  start -> par; par -> a -> join; par -> b -> join; par -> c -> join; ${tail}`);

describe("fan-out and fan-in", () => {
  it("R-FAN-5: branch results reach the next stage whole, in graph order", () => {
    const w = run(three(), {
      outcomes: {
        b: [{ status: "success", context_updates: { found: "gold" }, notes: "n", commit: "c0ffee" }],
      },
    });
    expect(ended(w)?.event).toBe("run_completed");
    const results = w.state.scopes.get("")?.context.get("parallel.results") as {
      start_node: string;
      outputs: unknown;
      commit: string;
    }[];
    expect(results.map((r) => r.start_node)).toEqual(["a", "b", "c"]);
    expect(results[1]).toMatchObject({ outputs: { found: "gold" }, commit: "c0ffee", status: "success" });
  });

  it("R-FAN-1: all branches fail: the fan-in fails with each branch's own cause and the next stage never runs", () => {
    const w = run(three(), {
      outcomes: { a: ["fail: alpha broke"], b: ["fail: beta broke"], c: ["fail: gamma broke"] },
    });
    expect(ran(w, "verify")).toBe(0);
    const end = ended(w);
    expect(end).toMatchObject({ event: "run_failed", failed_node: "join" });
    for (const text of ["all parallel branches failed", "alpha broke", "beta broke", "gamma broke"]) {
      expect(JSON.stringify(end)).toContain(text);
    }
    expect(route(w)).not.toContain("join>verify");
  });

  it("R-FAN-1: a failed fan-in takes a matching condition, else its retry target", () => {
    const all = { a: ["fail: x", "success"], b: ["fail: y", "success"], c: ["fail: z", "success"] };
    const cond = run(three("", 'join -> verify; join -> exit [condition="outcome=fail"]; verify -> exit'), {
      outcomes: all,
    });
    expect(route(cond).at(-1)).toBe("join>exit");
    expect(ended(cond)?.event).toBe("run_failed");
    const dot = three().replace(
      "join [shape=tripleoctagon]",
      'join [shape=tripleoctagon, retry_target="par"]',
    );
    const again = run(dot, { outcomes: all });
    expect(route(again)).toContain("join>par");
    expect(ended(again)?.event).toBe("run_completed");
  });

  it("R-FAN-2: an all-fail join runs once, with no sleep; class follows the branches", () => {
    const dot = three().replace("join [shape=tripleoctagon]", "join [shape=tripleoctagon, max_retries=3]");
    const w = run(dot, { outcomes: { a: ["fail: x"], b: ["fail: y"], c: ["fail: z"] } });
    expect(ran(w, "join")).toBe(1);
    expect(named(w, "stage_retry_sleep")).toHaveLength(0);
    expect(named(w, "stage_retry_blocked").find((e) => e.node_id === "join")).toMatchObject({
      failure_class: "deterministic",
    });
    const slow = { status: "fail", failure_reason: "t", evidence: { timed_out: true } };
    const transient = run(dot, { outcomes: { a: [slow], b: [slow], c: [slow] } });
    expect(ended(transient)).toMatchObject({ failure_class: "transient_infra" });
  });

  it("R-LIFE-7: every start has its end, branches and fan-outs included", () => {
    const w = run(three(', join_policy="first_success"'), { outcomes: { b: ["fail: y"] } });
    expect(named(w, "stage_attempt_start").length).toBe(named(w, "stage_attempt_end").length);
    expect(named(w, "fanout_started").length).toBe(named(w, "fanout_joined").length);
    const started = named(w, "branch_started").map((e) => e.branch_key);
    const done = named(w, "branch_completed").map((e) => e.branch_key);
    expect(started.every((key) => done.filter((k) => k === key).length === 1)).toBe(true);
  });

  it("R-FAN-9: first_success ends the branches that still run", () => {
    const w = run(three(', join_policy="first_success"'));
    expect(
      named(w, "branch_completed")
        .map((e) => e.status)
        .sort(),
    ).toEqual(["canceled", "canceled", "success"]);
    expect(ended(w)?.event).toBe("run_completed");
  });

  it("max_parallel bounds what runs at once", () => {
    const w = world(pipelineOf(three(", max_parallel=2")));
    expect(
      w
        .settle()
        .filter((e) => e.kind === "stage")
        .map((e) => e.node),
    ).toEqual(["a", "b"]);
  });

  it("R-FAN-7: fan-outs nest and loop, and a branch has its own retry target", () => {
    const dot =
      frame(`outer [shape=component]; ojoin [shape=tripleoctagon]; inner [shape=component]; ijoin [shape=tripleoctagon]
      ${tool("x")}; ${tool("y")}; ${tool("z")}; ${tool("t", ', retry_target="z"')}; ${tool("last")}
      start -> outer; outer -> inner; inner -> x -> ijoin; inner -> y -> ijoin; ijoin -> ojoin
      outer -> z -> t; t -> ojoin [condition="outcome=success"]
      ojoin -> last; last -> exit [condition="outcome=success"]; last -> outer [condition="outcome=fail"]`);
    const w = run(dot, { outcomes: { t: ["fail: once", "success"], last: ["fail: again", "success"] } });
    expect(ended(w)?.event).toBe("run_completed");
    expect(named(w, "fanout_started").map((e) => `${e.branch_key ?? ""}:${e.node_id}/${e.visit}`)).toEqual([
      ":outer/1",
      "outer/v1/01-inner:inner/1",
      ":outer/2",
      "outer/v2/01-inner:inner/1",
    ]);
    expect(ran(w, "z")).toBe(3);
  });

  it("R-FAN-8: one branch per item of a list that an earlier stage decided", () => {
    const dot =
      frame(`${tool("list")}; par [shape=component, items="files"]; ${tool("work")}; join [shape=tripleoctagon]
      start -> list -> par -> work -> join -> exit`);
    const w = run(dot, {
      outcomes: { list: [{ status: "success", context_updates: { files: ["a.ts", "A.ts", "b/c.ts"] } }] },
    });
    const keys = named(w, "branch_started").map((e) => e.branch_key);
    expect(keys).toHaveLength(3);
    expect(new Set(keys.map((k) => k.toLowerCase())).size).toBe(3);
    expect(keys.every((k) => /^[a-z0-9_/-]+$/.test(k))).toBe(true);
    expect(ended(w)?.event).toBe("run_completed");
    const none = run(dot, { outcomes: { list: [{ status: "success", context_updates: { files: [] } }] } });
    expect(ended(none)?.event).toBe("run_completed");
    const wrong = run(dot, { outcomes: { list: ["success"] } });
    expect(JSON.stringify(ended(wrong))).toContain('context key \\"files\\"');
  });

  it("R-BRK-4: a loop inside a branch is broken there, as on the trunk", () => {
    const dot =
      frame(`par [shape=component]; join [shape=tripleoctagon]; ${tool("impl")}; ${tool("verify")}; check [shape=diamond]; ${tool("other")}
      start -> par; par -> impl -> verify -> check; check -> join [condition="outcome=success"]; check -> impl [condition="outcome=fail"]
      par -> other -> join; join -> exit`);
    const w = run(dot, {
      outcomes: {
        verify: [
          {
            status: "fail",
            failure_reason: "turn limit reached (max_turns=8)",
            evidence: { error_code: "turn_limit" },
          },
        ],
      },
    });
    expect(ran(w, "verify")).toBeLessThanOrEqual(3);
    expect(named(w, "deterministic_failure_cycle_breaker")[0]?.branch_key).toBe("par/v1/01-impl");
    const result = named(w, "branch_completed").find((e) => e.branch_key === "par/v1/01-impl")?.result;
    expect(result).toMatchObject({
      status: "fail",
      left_by: "breaker",
      node_retries: { impl: 2, verify: 2 },
    });
    expect(result?.cause?.reason).toContain("turn limit reached (max_turns=8)");
  });

  it("R-BRK-5: a branch's counts carry on to its next visit and are not added to its siblings'", () => {
    const dot = frame(
      `par [shape=component]; join [shape=tripleoctagon]; ${tool("a")}; ${tool("b")}; ${tool("ok")}
      start -> par; par -> a -> join; par -> b -> join; par -> ok -> join; join -> par [condition="context.again!=no"]; join -> exit`,
      ", max_node_visits=4",
    );
    const w = run(dot, { outcomes: { a: ["fail: same cause"], b: ["fail: same cause"] } });
    const counts = named(w, "deterministic_failure_cycle_check")
      .filter((e) => e.node_id === "a")
      .map((e) => e.signature_count);
    expect(counts).toEqual([1, 2, 3, 4]);
    expect(named(w, "deterministic_failure_cycle_breaker").map((e) => e.branch_key)).toContain("par/v3/01-a");
    expect(ended(w)).toMatchObject({ event: "run_failed" });
  });

  it("R-FAN-10: branches that leave by the exit end the run there", () => {
    const w = run(
      frame(
        `par [shape=component]; ${tool("a")}; ${tool("b")}; start -> par; par -> a -> exit; par -> b -> exit`,
      ),
    );
    expect(ended(w)?.event).toBe("run_completed");
  });
});

describe("cancellation", () => {
  it("R-FAN-3: no attempt starts after the request, in trunk or branch", () => {
    const w = world(pipelineOf(three(', error_policy="ignore"')));
    play(w, {
      onEffect: (at, effect) => {
        if (effect.node === "b")
          at.append({ event: "cancellation_requested", reason: "enough", by: "tester" });
      },
    });
    const asked = w.log.findIndex((e) => e.event === "cancellation_requested");
    expect(asked).toBeGreaterThan(0);
    expect(w.log.slice(asked).filter((e) => e.event === "stage_attempt_start")).toEqual([]);
    expect(ended(w)).toMatchObject({ event: "run_canceled", reason: "enough" });
    expect(named(w, "fanout_joined")).toHaveLength(1);
  });
});
