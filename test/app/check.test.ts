import { describe, expect, it } from "vitest";
import { scene } from "./support/scene.ts";

const GATE = `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
  ask [shape=hexagon, label="Ship?"]; yes [shape=parallelogram, tool_command="x"]
  start -> ask; ask -> yes [label="[S] Ship"]; ask -> exit [label="[D] Drop"]
  yes -> exit [condition="outcome=success"] }`;

describe("the check of a run", () => {
  it("R-GH-23: once it has completed it is never opened again: a new one of its name follows, and the newest is the run's", async () => {
    const s = await scene(GATE);
    s.hops.says = (node, nth) => (node === "yes" && nth === 1 ? "fail" : "success");
    const id = await s.comment("/attractor run g.dot");
    await s.settle();
    const conclusions = () => s.checks(`c${id}`).map((one) => one.conclusion);
    expect(conclusions()).toEqual(["action_required"]);
    await s.comment("/attractor choose ask Ship");
    await s.settle();
    expect(conclusions()).toEqual(["action_required", "failure"]);
    await s.comment("/attractor resume");
    await s.settle();
    expect(conclusions()).toEqual(["action_required", "failure", "success"]);
    expect(new Set(s.checks(`c${id}`).map((one) => one.name)).size).toBe(1);
    // Another process finds the newest, and has nothing to say.
    await s.app!.close();
    await s.start();
    await s.comment(`/attractor status c${id}`);
    await s.settle();
    expect(conclusions()).toHaveLength(3);
    expect(s.failures).toEqual([]);
    s.box.assertClean();
  }, 120_000);
});
