import { describe, expect, it } from "vitest";
import { frame, tool } from "./graphs.ts";
import {
  ended,
  finish,
  named,
  pipelineOf,
  play,
  ran,
  resumeWorld,
  route,
  run,
  start,
  world,
} from "./world.ts";

describe("crash and resume", () => {
  it("R-CKPT-4: a log cut after any line goes on to the same end", () => {
    const dot = frame(`${tool("impl")}; ${tool("verify", ", max_retries=1")}; check [shape=diamond]
      start -> impl -> verify -> check; check -> exit [condition="outcome=success"]; check -> impl [condition="outcome=fail"]`);
    const outcomes = { verify: ["fail: one", "fail: two", "success"] };
    const whole = run(dot, { outcomes });
    const pipeline = pipelineOf(dot);
    for (let cut = 1; cut < whole.log.length; cut++) {
      const again = resumeWorld(pipeline, whole.log.slice(0, cut));
      const done = named(again, "stage_attempt_end").filter((e) => e.node_id === "verify").length;
      const running = again.state.scopes.get("")?.cursor;
      if (
        running?.phase === "running" &&
        running.node !== "check" &&
        !["start", "exit"].includes(running.node)
      )
        continue;
      play(again, { outcomes: { verify: outcomes.verify.slice(Math.min(done, 2)) } });
      expect(route(again)).toEqual(route(whole));
      expect(again.state.ended).toMatchObject({ event: "run_completed" });
    }
  });
});

describe("resuming a run that ended", () => {
  const reopen = { event: "run_resumed", by: "tester", reopened: true, lost_attempts: 0 } as const;

  it("R-CKPT-4: enters the failed node again and repeats nothing that succeeded", () => {
    const w = run(
      frame(
        `${tool("a")}; ${tool("b")}; ${tool("c")}; start -> a -> b; b -> c [condition="outcome=success"]; c -> exit`,
      ),
      {
        outcomes: { b: ["fail: broken"] },
      },
    );
    expect(ended(w)).toMatchObject({ event: "run_failed", failed_node: "b" });
    w.append(reopen);
    play(w);
    expect(ended(w)?.event).toBe("run_completed");
    expect([ran(w, "a"), ran(w, "b"), ran(w, "c")]).toEqual([1, 2, 1]);
  });

  it("R-CKPT-4: of a fan-out that failed only the failed branches run again", () => {
    const dot =
      frame(`par [shape=component, join_policy=k_of_n, k=3]; join [shape=tripleoctagon]; ${tool("a")}; ${tool("b")}; ${tool("c")}
      start -> par; par -> a -> join; par -> b -> join; par -> c -> join; join -> exit`);
    const w = run(dot, { outcomes: { b: ["fail: broken"] } });
    expect(ended(w)).toMatchObject({ event: "run_failed", failed_node: "join" });
    w.append(reopen);
    play(w);
    expect(ended(w)?.event).toBe("run_completed");
    expect([ran(w, "a"), ran(w, "b"), ran(w, "c")]).toEqual([1, 2, 1]);
  });

  it("R-CKPT-4: a goal gate that kept the exit shut is entered again", () => {
    const w = run(
      frame(`${tool("gate", ", goal_gate=true")}; ${tool("after")}; start -> gate -> after -> exit`),
      { outcomes: { gate: ["fail: red"] } },
    );
    expect(ended(w)).toMatchObject({ event: "run_failed", failed_node: "gate" });
    w.append(reopen);
    play(w);
    expect(ended(w)?.event).toBe("run_completed");
    expect(ran(w, "gate")).toBe(2);
  });

  it("R-LIFE-2: after an abort between stages it goes on where it stood", () => {
    const pipeline = pipelineOf(frame(`${tool("a")}; ${tool("b")}; start -> a -> b -> exit`));
    const w = world(pipeline);
    const [effect] = w.settle();
    if (effect?.kind !== "stage") throw new Error("no stage");
    start(w, effect);
    finish(w, effect, { status: "success" });
    w.append({ event: "run_aborted", reason: "power cut", failure_class: "transient_infra", by: "status" });
    w.settle();
    expect(ended(w)).toMatchObject({ event: "run_failed", failure_reason: "power cut" });
    w.append(reopen);
    play(w);
    expect(ended(w)?.event).toBe("run_completed");
    expect([ran(w, "a"), ran(w, "b")]).toEqual([1, 1]);
  });
});
