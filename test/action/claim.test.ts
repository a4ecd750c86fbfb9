import { describe, expect, it } from "vitest";
import { claim } from "../../action/claim.ts";
import { hopWorld } from "./hop-world.ts";
import { type HopWorld, RUN } from "./open-hop-world.ts";

const asking = (hop: number, epoch: number, tip: string) => ({
  part: "trunk",
  hop: JSON.stringify({ v: 1, run: RUN, hop, epoch, tip }),
});

async function append(w: HopWorld, event: object): Promise<string> {
  const ledger = w.remote.ledger(RUN);
  const { tip } = await ledger.read();
  await ledger.append(tip, [{ ts: new Date().toISOString(), ...event } as never]);
  return tip;
}

const lastClaim = async (w: HopWorld) => (await w.trunk()).findLast((event) => event.event === "hop_started");

describe("claiming a hop that was dispatched", () => {
  it("R-GH-6: waits for nothing when others wrote after the plan: a person's re-run goes on at once", async () => {
    const w = await hopWorld(1);
    const planned = await append(w, { event: "warning", code: "note", message: "somebody wrote" });
    const { job, ...ports } = await w.ports(asking(1, 1, planned));
    const waits: number[] = [];
    const pause = async (ms: number) => void waits.push(ms);
    const held = await claim({ ...ports, job: { ...job, attempt: 2 }, pause });
    expect([held.ok, waits]).toEqual([true, []]);
    expect(await lastClaim(w)).toMatchObject({ event: "hop_started", epoch: 2 });
  });

  it("R-GH-6: waits for a plan that a stale read does not show yet, and then claims it", async () => {
    const w = await hopWorld(1);
    const { tip } = await w.remote.ledger(RUN).read();
    const { job, ...ports } = await w.ports(asking(2, 2, tip));
    const pause = async () => {
      await append(w, { event: "hop_settled", hop: 1, epoch: 1, outcome: "done" });
      await append(w, { event: "hop_planned", hop: 2, epoch: 2, plan: { kind: "trunk" }, why: "it goes on" });
    };
    const held = await claim({ ...ports, job: { ...job, runId: "78" }, pause });
    expect(held.ok).toBe(true);
    expect(await lastClaim(w)).toMatchObject({ event: "hop_started", hop: 2, by: { run_id: "78" } });
  });
});
