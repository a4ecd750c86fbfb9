import { describe, expect, it } from "vitest";
import { MINUTE, world } from "./support/world.ts";

const TWO = `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
  a [shape=parallelogram, tool_command="x"]; b [shape=parallelogram, tool_command="x"]; start -> a -> b -> exit }`;
const ASKS = `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
  a [shape=parallelogram, tool_command="x"]; q [shape=hexagon]; start -> a -> q; q -> exit [label="[Y] Yes"] }`;

/** A run whose job has settled its first hop and waits. */
async function asking(dot = TWO) {
  const w = world(dot);
  await w.look();
  const run = w.claim();
  w.attempt("a", "success");
  w.settle({ asks: true });
  return { w, run };
}

describe("a job that asks the app what follows", () => {
  it("R-GH-18: is offered the next hop, which is not dispatched while its workflow run may claim it", async () => {
    const { w } = await asking();
    const looked = await w.look();
    expect(w.state().hop).toMatchObject({ hop: 2, status: "planned", offer: "77" });
    expect([w.dispatches.length, looked]).toMatchObject([1, { status: "running" }]);
    w.wait(50_000);
    await w.look({ tried: new Map() });
    expect(w.dispatches).toHaveLength(1);
    const hop = w.state().hop!;
    w.append({ event: "hop_started", hop: hop.hop, epoch: hop.epoch, by: { run_id: "77", attempt: 1 } });
    w.wait(MINUTE);
    await w.look();
    expect(w.dispatches).toHaveLength(1);
    w.attempt("b", "success");
    w.settle({ asks: true });
    await w.look();
    expect(w.log().at(-1)).toMatchObject({ event: "run_completed" });
    expect(w.dispatches).toHaveLength(1);
  });

  it("R-GH-18: that does not take it in a minute, or whose workflow run is over, gets it by a dispatch", async () => {
    const late = await asking();
    await late.w.look();
    late.w.wait(MINUTE);
    await late.w.look();
    const gone = await asking();
    gone.w.end(gone.run, "success");
    await gone.w.look();
    for (const { w } of [late, gone]) {
      expect(w.dispatches.at(-1)).toMatchObject({ hop: 2 });
      expect(w.dispatches).toHaveLength(2);
    }
  });

  it("R-GH-18: is offered nothing when the app is too late, by a hop that did not ask, nor where a person is asked", async () => {
    const late = await asking();
    late.w.wait(80_000);
    await late.w.look();
    expect(late.w.state().hop).not.toHaveProperty("offer");
    expect(late.w.dispatches).toHaveLength(2);
    const silent = world(TWO);
    await silent.look();
    silent.claim();
    silent.attempt("a", "success");
    silent.settle();
    await silent.look();
    expect(silent.dispatches).toHaveLength(2);
    const gate = await asking(ASKS);
    expect(await gate.w.look()).toMatchObject({ status: "waiting" });
    expect(gate.w.dispatches).toHaveLength(1);
  });
});
