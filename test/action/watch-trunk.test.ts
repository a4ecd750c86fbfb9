/** What a branch's job sees of the trunk while its agent works, on real git. */
import { expect, it, onTestFinished } from "vitest";
import { claimedHop } from "../../action/hop/claim.ts";
import { toldIn, watchTrunk } from "../../action/hop/watch-trunk.ts";
import type { EventBody } from "../../engine/core/events.ts";
import { hopWorld } from "./hop-world.ts";
import { type HopWorld, RUN } from "./open-hop-world.ts";

async function watched(told: readonly string[] = [], siblings = 2) {
  const w = await hopWorld(2, 1, null, "all", "workflow");
  const legs = w.branches.map(({ index }) => `0${index + 1} b`);
  const ports = await w.ports({ part: "branch", go: JSON.stringify({ v: 1, hop: "1.1", max: 2, legs }) });
  const held = await claimedHop(ports);
  if (held === null) throw new Error("the hop is not held");
  let now = 0;
  const [cancel, superseded] = [new AbortController(), new AbortController()];
  const watch = watchTrunk({
    ...{ ports, held, key: w.branches[0]!.key, cancel, superseded, siblings, told },
    elapsed: () => now,
  });
  onTestFinished(() => watch.stop());
  const looked = async (afterMs: number) => {
    now += afterMs;
    const before = w.calls();
    await watch.hearing.look();
    return w.calls() - before;
  };
  const learned = () => watch.hearing.learned().map(({ text }) => text);
  return { w, looked, learned, hearing: watch.hearing, cancel, superseded };
}

async function append(w: HopWorld, event: EventBody): Promise<void> {
  const ledger = w.remote.ledger(RUN);
  const { tip } = await ledger.read();
  await ledger.append(tip, [{ ts: new Date().toISOString(), ...event }]);
}

const words = (text: string) =>
  ({ event: "agent_steered", node_id: "a", text, by: "ada", command_id: text }) as const;

it("R-AGENT-12: a branch hears what is said to its agent, each once, with one look in ten seconds", async () => {
  const { w, looked, learned, hearing } = await watched(["before"]);
  await append(w, words("before"));
  await append(w, words("one"));
  expect(await looked(9_999)).toBe(0);
  expect(learned()).toEqual([]);
  expect(await looked(1)).toBeGreaterThan(0);
  // What an earlier job of the branch was told is not said again.
  expect(learned()).toEqual(["one"]);
  hearing.told("one");
  await append(w, words("two"));
  expect([await looked(1), await looked(5_000)]).toEqual([0, 0]);
  await looked(10_000);
  expect(learned()).toEqual(["two"]);
  // Nothing new: one question, whose answer is a line.
  expect(await looked(10_000)).toBeLessThanOrEqual(2);
  expect(learned()).toEqual(["two"]);
});

it("R-AGENT-12: many branches ask less often; a look tells a cancellation and a newer claim too", async () => {
  const { w, looked, learned, cancel, superseded } = await watched([], 40);
  await append(w, words("one"));
  expect(await looked(39_999)).toBe(0);
  await looked(1);
  expect(learned()).toEqual(["one"]);
  await append(w, { event: "cancellation_requested", reason: "enough", by: "ada" });
  await looked(40_000);
  expect([cancel.signal.reason, superseded.signal.aborted]).toEqual(["enough", false]);
  await append(w, { event: "hop_started", hop: 1, epoch: 2, by: { run_id: "99", attempt: 1 } });
  await looked(40_000);
  expect(superseded.signal.aborted).toBe(true);
});

it("R-AGENT-12: what a branch's agents have heard stands in its log", () => {
  const line = (event: string, command_id: string, seq: number) => ({
    ...{ seq, ts: "2026-01-01T00:00:00.000Z", run_id: RUN, event, command_id },
  });
  expect(toldIn([line("agent_steered", "c1", 1), line("agent_told", "c2", 2)])).toEqual(["c2"]);
});
