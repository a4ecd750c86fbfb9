import { describe, expect, it } from "vitest";
import { type Sender, TRUNK_PART } from "../../action/handoff/format.ts";
import { type ClaimedHop, fold } from "../../action/hop/claim.ts";
import { takeOver } from "../../action/hop/take-over.ts";
import type { EventBody } from "../../engine/core/events.ts";
import { type ParcelWorld, parcelWorld } from "./parcel-world.ts";

/** The claimed hop is lost and planned again, as the sweep does it. */
async function lost(w: ParcelWorld, hop: number, decided: readonly EventBody[] = []): Promise<ClaimedHop> {
  const ledger = w.remote.ledger(w.runId);
  const ts = new Date().toISOString();
  await ledger.append((await ledger.read()).tip, [
    { ts, event: "hop_lost", hop, epoch: hop, cause: "x" },
    ...decided.map((event) => ({ ts, ...event })),
    { ts, event: "hop_planned", hop, epoch: hop + 1, plan: { kind: "trunk" }, why: "x" },
  ]);
  return fold(w.remote, w.runId, ledger, await ledger.read());
}
const past = (w: ParcelWorld) => () => ({ take: async (name: string) => w.artifacts.get(name) ?? null });

describe("a hop that is claimed again after its claim was lost", () => {
  it("R-FAN-12: takes the trunk's log and work from its artifact, whichever attempt left it", async () => {
    const w = await parcelWorld(2, { runs: "trunk" });
    const { commit, work } = await w.made({ "prep.txt": "x" });
    const sender: Sender = { runId: w.runId, hop: 1, epoch: 1, part: TRUNK_PART, attempt: 2 };
    const lines = w.trunkLines(commit);
    w.deliver(sender, w.files(sender, lines, work));
    // What follows from the claim alone the coordinator has decided meanwhile.
    const { events, alongside } = await takeOver(w.remote, await lost(w, 1, lines.slice(0, 3)), past(w));
    expect(events.map(({ event }) => event)).toEqual(lines.slice(3).map(({ event }) => event));
    expect(alongside).toEqual([{ ref: "refs/attractor/r77/code", from: null, to: commit }]);
  });

  it("R-FAN-12: takes the branches that had ended, and leaves those that had not or do not pass", async () => {
    const w = await parcelWorld(3);
    const [ended, halfway, hostile] = w.branches;
    const { commit, work } = await w.made({ "b1.txt": "x" });
    w.deliver(w.sender(ended!), w.files(w.sender(ended!), w.legLines(ended!, commit), work));
    w.deliver(w.sender(halfway!), w.files(w.sender(halfway!), w.legLines(halfway!).slice(0, 2)));
    w.deliver(w.sender(hostile!), {
      ...w.files(w.sender(hostile!), w.legLines(hostile!)),
      x: Buffer.from("x"),
    });
    const { events, alongside } = await takeOver(w.remote, await lost(w, 2), past(w));
    expect(events.flatMap((event) => (event.event === "branch_completed" ? [event.branch_key] : []))).toEqual(
      [ended!.key],
    );
    expect(alongside).toMatchObject([{ ref: "refs/attractor/r77/kept", from: null }]);
  });

  it("takes nothing where nothing is", async () => {
    const w = await parcelWorld(1, { runs: "trunk" });
    expect(await takeOver(w.remote, await lost(w, 1), past(w))).toEqual({ events: [], alongside: [] });
  });
});
