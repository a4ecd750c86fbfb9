import { describe, expect, it } from "vitest";
import { parseEvent, type RunEvent } from "../../engine/core/events.ts";
import { foldAll } from "../../engine/core/fold.ts";
import { MINUTE, ONE_STAGE, world } from "./support/world.ts";

const HEAD = "a".repeat(40);
const NEXT = "b".repeat(40);
const gate = (
  attributes: string,
) => `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
  ask [shape=hexagon, label="Ship?"${attributes}]; work [shape=parallelogram, tool_command="x"]
  start -> ask; ask -> work [label="[Y] Yes"]; ask -> exit [label="[N] No"]; work -> exit }`;
const LOOP = `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
  work [shape=parallelogram, tool_command="x"]; c [shape=diamond]
  start -> work -> c; c -> exit [condition="outcome=success"]; c -> work [condition="outcome=fail"] }`;

describe("between hops", () => {
  it("R-GH-3: decides, plans the next hop in the same append, and ends the run when nothing is left", async () => {
    const w = world();
    await w.look();
    expect(w.names().at(-1)).toBe("hop_planned");
    expect(w.dispatches).toHaveLength(1);
    w.claim();
    w.attempt("work", "success");
    w.settle();
    expect(await w.look()).toMatchObject({ status: "ended" });
    expect(w.log().at(-1)).toMatchObject({ event: "run_completed" });
    expect(w.told.at(-1)).toBe("success");
    const before = w.names().length;
    await w.look();
    expect(w.names()).toHaveLength(before);
  });

  it("R-LIFE-9: a question is a state with a deadline; unanswered it takes the author's default, else the run fails", async () => {
    const left = world(gate(', human.default_choice="N", human.timeout="1h"'));
    expect(await left.look()).toMatchObject({ status: "waiting", lookAgainAt: Date.UTC(2026, 0, 1, 1) });
    expect(left.dispatches).toEqual([]);
    left.wait(59 * MINUTE);
    expect(await left.look()).toMatchObject({ status: "waiting" });
    left.wait(MINUTE);
    await left.look();
    expect(left.log().find((line) => line.event === "human_gate_answered")).toMatchObject({
      source: "timeout",
      label: "[N] No",
    });
    expect(left.log().at(-1)).toMatchObject({ event: "run_completed" });

    const bare = world(gate(', human.timeout="1h"'));
    await bare.look();
    bare.wait(60 * MINUTE);
    await bare.look();
    expect(bare.log().at(-1)).toMatchObject({
      event: "run_failed",
      failure_reason: expect.stringContaining("nobody answered"),
    });
  });

  it("R-GH-7: a question is bound to the head; a new head voids it and it is asked again, once, until the same deadline", async () => {
    const w = world(gate(', human.timeout="1h"'));
    let head = HEAD;
    const look = () => w.look({ head: async () => head });
    await look();
    w.wait(20 * MINUTE);
    head = NEXT;
    await look();
    await look();
    const asked = w.log().filter((line) => line.event === "human_gate_waiting");
    expect(asked.map((line) => line.head_sha)).toEqual([HEAD, NEXT]);
    expect(await look()).toMatchObject({ status: "waiting", lookAgainAt: Date.UTC(2026, 0, 1, 1) });
  });

  it("reminds of a question once, at half of its time, whoever looks", async () => {
    const w = world(gate(', human.timeout="10h"'));
    const reminded: string[] = [];
    const look = () => w.look({ remind: async (_state, { gate: { id } }) => void reminded.push(id) });
    await look();
    w.wait(299 * MINUTE);
    await look();
    expect(reminded).toEqual([]);
    w.wait(MINUTE);
    await Promise.all([look(), look()]);
    w.wait(60 * MINUTE);
    await look();
    expect(reminded).toEqual(["ask/1"]);
  });

  it("R-GH-6: coordinators that race append each decision once", async () => {
    const w = world(gate(""));
    await Promise.all(Array.from({ length: 5 }, () => w.look({ tried: new Map() })));
    expect(w.names().filter((name) => name === "human_gate_waiting")).toHaveLength(1);
  });

  it("R-BRK-5: a failure is counted over hops on different machines, and the breaker stops the loop", async () => {
    const w = world(LOOP);
    for (let hop = 1; hop < 30 && !w.state().ended; hop++) {
      await w.look();
      if (w.state().ended) break;
      w.claim(String(hop));
      w.attempt("work", "fail", {
        failure_reason: "boom",
        failure_class: "deterministic",
        failure_signature: "work|deterministic|boom",
        classified_by: "hint",
      });
      w.settle();
      // Another coordinator, which remembers nothing, takes over after every hop.
    }
    await w.look({ tried: new Map() });
    const breaker = w
      .log()
      .find(
        (line): line is RunEvent & { event: "deterministic_failure_cycle_breaker" } =>
          line.event === "deterministic_failure_cycle_breaker",
      );
    expect(breaker).toBeDefined();
    expect(w.log().filter((line) => line.event === "hop_started")).toHaveLength(breaker!.signature_limit);
    expect(w.log().at(-1)).toMatchObject({ event: "run_failed" });
    const whole = foldAll(
      w.pipeline,
      w.memory.events.map((line) => parseEvent(line)),
    );
    expect(whole.ended?.status).toBe("fail");
  });

  it("a run that hops on for ever is stopped at the bound", async () => {
    const w = world(ONE_STAGE);
    w.append(
      { event: "hop_planned", hop: 1000, epoch: 1, plan: { kind: "trunk" }, why: "x" },
      { event: "hop_started", hop: 1000, epoch: 1, by: { run_id: "1", attempt: 1 } },
      { event: "hop_settled", hop: 1000, epoch: 1, outcome: "yield" },
    );
    await w.look();
    expect(w.log().at(-1)).toMatchObject({
      event: "run_failed",
      failure_reason: expect.stringContaining("the run took 1000 hops"),
    });
  });
});
