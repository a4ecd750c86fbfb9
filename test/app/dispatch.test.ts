import { describe, expect, it } from "vitest";
import { DispatchRefused } from "../../github/coordinator/ports.ts";
import { MINUTE, world } from "./support/world.ts";

describe("a hop that is planned and not claimed", () => {
  it("R-GH-6: is dispatched at once, then only when a minute and more have passed, five times, then the run fails with that cause", async () => {
    const w = world();
    for (let minute = 0; minute <= 40; minute++) {
      await w.look();
      w.wait(MINUTE);
    }
    expect(w.dispatches.map(({ at }) => at / MINUTE)).toEqual([0, 1, 3, 7, 15]);
    expect(w.dispatches.every(({ run, hop, epoch }) => run === "run1" && hop === 1 && epoch === 1)).toBe(
      true,
    );
    const end = w.log().at(-1);
    expect(end).toMatchObject({ event: "run_failed", failure_class: "transient_infra" });
    expect(JSON.stringify(end)).toMatch(
      /hop 1 was dispatched for 3\d minutes and no workflow run claimed it/,
    );
  });

  it("R-SEC-10: that nobody dispatched is dispatched, however long its coordinator was away, and is not given up", async () => {
    const w = world();
    w.append({ event: "hop_planned", hop: 1, epoch: 1, plan: { kind: "trunk" }, why: "the run begins" });
    w.wait(3 * 24 * 60 * MINUTE);
    expect(await w.look({ tried: new Map() })).toMatchObject({ status: "running" });
    expect(w.dispatches).toHaveLength(1);
    expect(w.names()).not.toContain("run_failed");
  });

  it("R-SEC-10: is given up by what was tried, though each try is another process's, as in hourly sweeps", async () => {
    const w = world();
    for (let hour = 0; hour < 7; hour++) {
      await w.look({ tried: new Map() });
      w.wait(60 * MINUTE);
    }
    expect(w.dispatches).toHaveLength(5);
    expect(w.log().at(-1)).toMatchObject({ event: "run_failed" });
  });

  it.each([2 * 60, 1.5, -1.5, -2 * 60])(
    "R-SEC-10: waits for its workflow run though the plan was written by a clock that is %d minutes off",
    async (minutes) => {
      const w = world();
      w.wait(minutes * MINUTE);
      w.append({ event: "hop_planned", hop: 1, epoch: 1, plan: { kind: "trunk" }, why: "the run begins" });
      w.wait(-minutes * MINUTE);
      await w.look({ tried: new Map() });
      w.runs.push({ id: "5", attempt: 1, completed: false, conclusion: null, url: "u", hop: 1, epoch: 1 });
      for (let minute = 0; minute < 40; minute++) {
        w.wait(MINUTE);
        await w.look();
      }
      expect(w.dispatches).toHaveLength(1);
      expect(w.state()).toMatchObject({ ended: null, hop: { status: "planned" } });
    },
  );

  it("R-GH-6: is not dispatched again while a workflow run for it is alive, nor twice by the same look", async () => {
    const w = world();
    await w.look();
    await w.look();
    w.runs.push({ id: "5", attempt: 1, completed: false, conclusion: null, url: "u", hop: 1, epoch: 1 });
    for (let minute = 0; minute < 120; minute += 7) {
      w.wait(7 * MINUTE);
      await w.look();
    }
    expect(w.dispatches).toHaveLength(1);
  });

  it("a dispatch whose answer is lost is no failure: the claim tells whether it was taken", async () => {
    const w = world();
    w.onDispatch(() => {
      throw Object.assign(new Error("bad gateway"), { status: 502 });
    });
    expect(await w.look()).toMatchObject({ status: "running" });
    w.claim();
    w.wait(2 * MINUTE);
    await w.look();
    expect(w.dispatches).toHaveLength(1);
  });

  it("a dispatch that GitHub refuses for good ends the run with what was refused and how to fix it", async () => {
    const w = world();
    w.onDispatch(() => {
      throw new DispatchRefused(
        "GitHub refused to dispatch x.yml on main (403): no",
        "give it actions: write",
      );
    });
    await w.look();
    expect(w.dispatches).toHaveLength(1);
    expect(JSON.stringify(w.log().at(-1))).toMatch(/refused to dispatch x\.yml.*give it actions: write/);
    expect(w.told).toEqual(["fail"]);
  });

  it("a workflow that GitHub could not start is explained and not tried again", async () => {
    const w = world();
    await w.look();
    w.runs.push({
      id: "5",
      attempt: 1,
      completed: true,
      conclusion: "startup_failure",
      url: "https://github.test/runs/5",
      hop: 1,
      epoch: 1,
    });
    w.wait(MINUTE);
    await w.look();
    expect(w.log().at(-1)).toMatchObject({ event: "run_failed" });
    expect(JSON.stringify(w.log().at(-1))).toMatch(
      /runs\/5 ended startup_failure before it claimed hop 1.*attractor doctor/,
    );
  });

  it("R-GH-18: a workflow run whose environment was refused before it claimed ends the run with the reviewer's word", async () => {
    const w = world();
    await w.look();
    w.runs.push({
      ...{ id: "5", attempt: 1, completed: true, conclusion: "failure", url: "u", hop: 1, epoch: 1 },
      refusal: "@ada refused the run's jobs the environment production",
    });
    w.wait(MINUTE);
    await w.look();
    expect(JSON.stringify(w.log().at(-1))).toMatch(/run_failed.*@ada refused the run's jobs/);
    expect(w.dispatches).toHaveLength(1);
  });

  it("R-GH-18: somebody looks after the run before it is dispatched, and before a question is left", async () => {
    const calls: string[] = [];
    const ensureSweeps = async () => void calls.push("sweeps");
    const w = world();
    w.onDispatch(() => calls.push("dispatch"));
    await w.look({ ensureSweeps });
    expect(calls).toEqual(["sweeps", "dispatch"]);
    const asking = world(`digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
      ask [shape=hexagon]; start -> ask; ask -> exit [label="[Y] Yes"] }`);
    asking.onDispatch(() => calls.push("dispatch"));
    calls.length = 0;
    expect(await asking.look({ ensureSweeps })).toMatchObject({ status: "waiting" });
    expect(calls).toEqual(["sweeps"]);
  });

  it("R-LIFE-6: a workflow run that is cancelled before it claims counts as lost once, as a wish to stop the second time", async () => {
    const w = world();
    await w.look();
    w.runs.push({
      id: "5",
      attempt: 1,
      completed: true,
      conclusion: "cancelled",
      url: "u",
      hop: 1,
      epoch: 1,
    });
    w.wait(MINUTE);
    await w.look();
    expect(w.state().hop).toMatchObject({ hop: 1, epoch: 2, status: "planned" });
    w.runs.push({
      id: "6",
      attempt: 1,
      completed: true,
      conclusion: "cancelled",
      url: "u",
      hop: 1,
      epoch: 2,
    });
    w.wait(MINUTE);
    await w.look();
    expect(w.log().at(-1)).toMatchObject({ event: "run_canceled" });
  });

  it("a run that is stopped before its hop began takes the hop back and dispatches nothing more", async () => {
    const w = world();
    await w.look();
    w.append({ event: "cancellation_requested", reason: "enough", by: "ada" });
    await w.look();
    expect(w.names().slice(-4)).toEqual([
      "cancellation_requested",
      "hop_lost",
      "cancellation_exit",
      "run_canceled",
    ]);
    expect(w.dispatches).toHaveLength(1);
  });
});
