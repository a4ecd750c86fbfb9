import { describe, expect, it } from "vitest";
import { parseEvent } from "../../engine/core/events.ts";
import { foldAll } from "../../engine/core/fold.ts";
import type { LedgerEvent, Tip } from "../../engine/ledger/port.ts";
import { limitConcurrency } from "../../github/concurrency-limit.ts";
import { foldIncrementally } from "../../github/coordinator/folded-state.ts";
import { run } from "../core/world.ts";

const LOOP = `digraph g { graph [max_node_visits=200]; start [shape=Mdiamond]; exit [shape=Msquare]
  a [shape=parallelogram, tool_command="x"]; b [shape=parallelogram, tool_command="x"]
  start -> a -> b; b -> a [condition="outcome=success"]; b -> exit [condition="outcome=fail"] }`;

function long() {
  const { pipeline, log } = run(LOOP, { outcomes: { b: [...Array(60).fill("success"), "fail"] } });
  return { pipeline, events: log as readonly LedgerEvent[] };
}
const at = (events: readonly LedgerEvent[]) => ({ tip: String(events.length) as Tip, events });

describe("the state of a run that is looked at again and again", () => {
  it("is what folding the whole log gives, at every length, and is nobody else's to change", async () => {
    const { pipeline, events } = long();
    expect(events.length).toBeGreaterThan(300);
    const folded = foldIncrementally();
    for (const length of [1, 50, 50, 333, events.length]) {
      const state = await folded(pipeline, at(events.slice(0, length)));
      expect(state).toEqual(foldAll(pipeline, events.slice(0, length).map(parseEvent)));
      state.scopes.clear();
    }
  });

  it("is folded anew when the log is another than the one that was seen", async () => {
    const { pipeline, events } = long();
    const folded = foldIncrementally();
    await folded(pipeline, at(events));
    const shorter = events.slice(0, 20);
    expect(await folded(pipeline, at(shorter))).toEqual(foldAll(pipeline, shorter.map(parseEvent)));
    const other = events.map((event) => ({ ...event, ts: "2031-01-01T00:00:00.000Z" }));
    expect((await folded(pipeline, at(other))).now).toBe(Date.parse("2031-01-01T00:00:00.000Z"));
  });

  it("leaves room for others while long logs are folded, and is folded one log at a time", async () => {
    const { pipeline, events } = long();
    const many = Array.from({ length: 100 }, () => events).flat();
    let turns = 0;
    let going = true;
    const ear = (): void => {
      turns++;
      if (going) setImmediate(ear);
    };
    setImmediate(ear);
    const order: string[] = [];
    await Promise.all(
      ["first", "second"].map(async (name) => {
        await foldIncrementally()(pipeline, at(many));
        order.push(name);
      }),
    );
    going = false;
    expect(turns).toBeGreaterThan(5);
    expect(order).toEqual(["first", "second"]);
  });
});

describe("no more than so many at once", () => {
  it("all are done, in order, also behind one that failed", async () => {
    const bounded = limitConcurrency(2);
    let going = 0;
    let most = 0;
    const done: number[] = [];
    const work = (n: number) =>
      bounded(async () => {
        most = Math.max(most, ++going);
        await new Promise((resolve) => setImmediate(resolve));
        going--;
        if (n === 1) throw new Error("no");
        done.push(n);
      });
    const all = await Promise.allSettled([0, 1, 2, 3, 4].map(work));
    expect(all.map((one) => one.status)).toEqual([
      "fulfilled",
      "rejected",
      "fulfilled",
      "fulfilled",
      "fulfilled",
    ]);
    expect(done).toEqual([0, 2, 3, 4]);
    expect(most).toBe(2);
  });
});
