import { describe, expect, it } from "vitest";
import { frame, tool } from "./graphs.ts";
import { ended, named, pipelineOf, play, ran, route, run, world } from "./world.ts";

describe("human gates", () => {
  const dot = frame(`review [shape=hexagon, label="Ship?"]; ${tool("ship")}; ${tool("fix")}
    start -> review; review -> ship [label="[A] Approve"]; review -> fix [label="[F] Fix"]; ship -> exit; fix -> review`);
  it("R-LIFE-9: waiting is a state, not an end", () => {
    const w = run(dot);
    expect(ended(w)).toBeNull();
    expect(w.state.scopes.get("")?.cursor.phase).toBe("gate");
    expect(named(w, "human_gate_waiting")[0]?.options.map((o) => `${o.key}:${o.to}`)).toEqual([
      "A:ship",
      "F:fix",
    ]);
  });
  it("R-LANG-2: the answer routes, by key, label or target", () => {
    for (const given of ["a", "Approve", "[A] Approve", "ship"]) {
      expect(route(run(dot, { answers: { review: given } }))).toContain("review>ship");
    }
  });
  it("R-LIFE-9: unanswered in time fails, unless the author left a default", () => {
    const silent = run(dot, { answers: { review: "TIMEOUT" } });
    expect(ended(silent)).toMatchObject({
      event: "run_failed",
      failed_node: "review",
      failure_reason: expect.stringContaining("nobody answered"),
    });
    // Its edges are answers, and nobody gave one.
    expect([ran(silent, "ship"), ran(silent, "fix")]).toEqual([0, 0]);
    const byDefault = dot.replace('label="Ship?"', 'label="Ship?", human.default_choice="ship"');
    expect(ended(run(byDefault, { answers: { review: "TIMEOUT" } }))?.event).toBe("run_completed");
  });
});

describe("human gates whose edges have conditions", () => {
  const stages = `review [shape=hexagon]; ${tool("ship")}; ${tool("fix")}; start -> review; ship -> exit; fix -> exit`;
  const choices = (edges: string) =>
    named(run(frame(`${stages}; ${edges}`)), "human_gate_waiting")[0]?.options.map(({ label }) => label);
  const all = `review -> ship [label="[A] Approve", condition="preferred_label=Approve"];
    review -> fix [label="[F] Fix", condition="outcome=success"];`;

  it("R-LIFE-9: all are offered, and the one that is chosen is taken, whatever the others' conditions say", () => {
    expect(choices(all)).toEqual(["[A] Approve", "[F] Fix"]);
    const dot = frame(
      `review [shape=hexagon]; ${tool("ship")}; ${tool("fix")} start -> review; ${all} ship -> exit; fix -> exit`,
    );
    expect(route(run(dot, { answers: { review: "Approve" } }))).toContain("review>ship");
    expect(route(run(dot, { answers: { review: "f" } }))).toContain("review>fix");
  });

  it("R-LIFE-9: an edge that waits for the gate to fail is no choice", () => {
    const late = 'review -> exit [condition="outcome=fail"];';
    expect(choices(`${all} ${late}`)).toEqual(["[A] Approve", "[F] Fix"]);
    expect(choices(`review -> ship; review -> fix; ${late}`)).toEqual(["ship", "fix"]);
  });

  it("R-LIFE-9: a default that is none of the choices is told as what it is", () => {
    const pipeline = pipelineOf(
      frame(`review [shape=hexagon]; ${tool("ship")}
      start -> review; review -> ship [label="Yes"]; ship -> exit`),
    );
    // Lint refuses such a graph; the gate does not rely on it.
    const review = { ...pipeline.stages.get("review")!, humanDefaultChoice: "Maybe" };
    const unlinted = { ...pipeline, stages: new Map([...pipeline.stages, ["review", review]]) };
    expect(ended(play(world(unlinted), { answers: { review: "TIMEOUT" } }))).toMatchObject({
      event: "run_failed",
      failure_reason: expect.stringContaining('human.default_choice "Maybe" is none of its choices: "Yes"'),
    });
  });
});

describe("goal gates inside branches", () => {
  const dot = (more: string) =>
    frame(`par [shape=component]; join [shape=tripleoctagon]; ${tool("impl")}; ${tool("gate", more)}; ${tool("other")}
      start -> par; par -> impl -> gate -> join; par -> other -> join; join -> exit`);

  it("R-FAN-7: a gate sends its own branch back to its retry target before the join", () => {
    const w = run(dot(', goal_gate=true, retry_target="impl"'), {
      outcomes: { gate: ["fail: red", "success"] },
    });
    expect(ended(w)?.event).toBe("run_completed");
    expect([ran(w, "impl"), ran(w, "gate"), ran(w, "other")]).toEqual([2, 2, 1]);
    expect(named(w, "goal_gate_unsatisfied")[0]).toMatchObject({ branch_key: "par/v1/01-impl", count: 1 });
  });

  it("R-FAN-7: without a way back it shuts the run's exit and names itself", () => {
    const w = run(dot(", goal_gate=true"), { outcomes: { gate: ["fail: red"] } });
    expect(ended(w)).toMatchObject({ event: "run_failed", failed_node: "gate" });
  });

  it("R-BRK-7: a gate that never holds ends its branch within the bound", () => {
    const words = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu".split(" ");
    const w = run(dot(', goal_gate=true, retry_target="impl"'), {
      outcomes: { gate: words.map((x) => `fail: ${x} is wrong`) },
    });
    expect(ended(w)?.event).toBe("run_failed");
    expect(ran(w, "gate")).toBe(8);
  });
});
