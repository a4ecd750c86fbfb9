/** Trunk jobs and branches of one workflow run, on real git. */
import { describe, expect, it } from "vitest";
import { claimedHop } from "../../action/hop/claim.ts";
import { collectRound } from "../../action/hop/collect-round.ts";
import { runLeg } from "../../action/parts/leg.ts";
import { runTrunk } from "../../action/parts/trunk.ts";
import { endTrunk } from "../../action/parts/trunk-end.ts";
import { workOnTrunk } from "../../action/work/trunk-work.ts";
import { git } from "../git/git-world.ts";
import { hopWorld } from "./hop-world.ts";
import { type HopWorld, RUN } from "./open-hop-world.ts";

const TRUNK = `refs/attractor/${RUN}/trunk`;
const go = (w: HopWorld, hop = "1.1"): string =>
  JSON.stringify({ v: 1, hop, max: 2, legs: w.branches.map(({ index }) => `0${index + 1} b`) });
const later = (w: HopWorld, hop?: string) =>
  w.ports({ part: "trunk", coordinator: "workflow", go: go(w, hop) });
const commits = async (w: HopWorld): Promise<number> =>
  Number(await git(w.serverFolder, "rev-list", "--count", TRUNK));
const eventsSince = async (w: HopWorld, count: number) =>
  (await w.trunk()).slice(count).map(({ event }) => event);

async function claimedBy(w: HopWorld, run: string, epoch: number): Promise<void> {
  const ledger = w.remote.ledger(RUN);
  const { tip } = await ledger.read();
  const claim = { event: "hop_started", hop: 1, epoch, by: { run_id: run, attempt: 1 } };
  await ledger.append(tip, [{ ts: new Date().toISOString(), ...claim }]);
}

describe("a trunk job that comes after branches", () => {
  it("R-GH-18: takes them in and claims the next round in one commit, then works to the end", async () => {
    const w = await hopWorld(2, 1, null, "all", "workflow");
    for (const branch of w.branches) {
      const commit = await w.work(branch, { [`${branch.start_node}.txt`]: "x" });
      await w.write(branch, w.legLines(branch, commit));
    }
    const [before, known] = [await commits(w), (await w.trunk()).length];
    const ports = await later(w);
    const held = await collectRound(ports);
    expect(held.ok).toBe(true);
    expect((await commits(w)) - before).toBe(1);
    const events = await eventsSince(w, known);
    expect(events.filter((event) => /^(?:branch_completed|hop_|fanout)/.test(event))).toEqual([
      ...["branch_completed", "branch_completed", "hop_settled"],
      ...["fanout_joined", "hop_planned", "hop_started"],
    ]);
    expect((await w.trunk()).findLast(({ event }) => event === "hop_started")).toMatchObject({
      ...{ hop: 2, epoch: 2, by: { run_id: "77", attempt: 1 } },
    });
  });

  it("R-GH-18: ends a run of whose branches one was lost, and says that nothing is left to do", async () => {
    const w = await hopWorld(2, 1, null, "all", "workflow");
    await w.write(w.branches[0]!, w.legLines(w.branches[0]!));
    await runTrunk(await later(w));
    const log = await w.trunk();
    expect(log.filter(({ event }) => event === "branch_completed")).toMatchObject([
      { status: "success" },
      { status: "fail", failure_reason: expect.stringContaining("brought no result") },
    ]);
    expect(log.slice(-2).map(({ event }) => event)).toEqual(["hop_settled", expect.stringMatching(/^run_/)]);
    expect(w.outputs.get("go")).toBe("done");
  });

  it("R-GH-18: whose own work is over claims no hop that it would leave empty: job `next` has it dispatched", async () => {
    const w = await hopWorld(2, 1, null, "all", "workflow");
    const ports = await w.ports({ part: "trunk", coordinator: "workflow" });
    const held = (await claimedHop(ports))!;
    const { state } = held;
    const known = (await w.trunk()).length;
    // It waited for people, and somebody has answered by the time that it ends its hop.
    await endTrunk(ports, held, {
      session: { why: "waiting", state, events: [] },
      logs: `${ports.job.temp}/attractor-run`,
    });
    expect(await eventsSince(w, known)).toEqual(["hop_settled"]);
    expect(w.outputs.get("go")).toBe("next");
  });

  it("R-GH-18: of a run that the app decides ends the hop and leaves the rest to it", async () => {
    const w = await hopWorld(1);
    await w.write(w.branches[0]!, w.legLines(w.branches[0]!));
    await runTrunk(await later(w));
    expect((await w.trunk()).at(-1)).toMatchObject({ event: "hop_settled", hop: 1 });
    expect(w.outputs.get("go")).toBe("done");
  });

  it.each([
    ["another workflow run holds", "99"],
    ["its own holds under another epoch", "77"],
  ])("R-GH-6: writes nothing where %s the hop", async (_what, run) => {
    const w = await hopWorld(1, 1, null, "all", "workflow");
    await w.write(w.branches[0]!, w.legLines(w.branches[0]!));
    await claimedBy(w, run, 2);
    const before = await commits(w);
    await runTrunk(await later(w));
    expect(await commits(w)).toBe(before);
    expect(w.outputs.get("go")).toBe(run === "77" ? "next" : "done");
  });

  it("R-GH-6: works on nothing that somebody else has claimed since it claimed, and leaves it to them", async () => {
    const w = await hopWorld(1, 1, null, "all", "workflow");
    const ports = await w.ports({ part: "trunk", coordinator: "workflow" });
    const held = (await claimedHop(ports))!;
    await claimedBy(w, "99", 2);
    const before = await commits(w);
    const worked = await workOnTrunk(ports, held);
    expect(worked.session.why).toBe("superseded");
    await endTrunk(ports, held, worked);
    expect([await commits(w), w.outputs.get("go")]).toEqual([before, "done"]);
  });

  it("R-GH-6: of a re-run claims anew what an earlier attempt of it had claimed after the branches", async () => {
    const w = await hopWorld(1, 2, null, "all", "workflow");
    await claimedBy(w, "77", 2);
    const held = await collectRound(await later(w));
    expect(held.ok).toBe(true);
    expect((await w.trunk()).at(-1)).toMatchObject({ event: "hop_started", epoch: 3, by: { attempt: 2 } });
  });
});

describe("a branch's job", () => {
  it("R-GH-18: runs nothing once the run stands at another hop than its trunk job named", async () => {
    const w = await hopWorld(1, 1, null, "all", "workflow");
    const before = await w.refs();
    await runLeg(await w.ports({ part: "branch", go: go(w, "2.2"), leg: "01 b1" }));
    expect(w.notices.join()).toContain("hop 2 (epoch 2) of run r77 is over");
    expect(await w.refs()).toEqual(before);
  });

  it("R-EASE-7: is red when its branch failed, and says why in words", async () => {
    const w = await hopWorld(1, 1, null, "all", "workflow", {}, "echo no such hinge >&2; exit 1");
    await runLeg(await w.ports({ part: "branch", go: go(w), leg: "01 b1" }));
    expect(w.notices.join()).toContain("01 b1 failed: exit status 1: no such hinge");
  });
});
