/**
 * What every ledger must do, whatever keeps it: run here against files, the git CLI and the GitHub API, and published for whoever
 * keeps the log elsewhere. It brings no test runner; `describe`, `it` and `expect` are those of vitest or Jest.
 */
import { MAX_EVENT_BYTES } from "./envelope.ts";
import type { AppendResult, Ledger, NewEvent, Tip } from "./port.ts";

interface Matchers {
  toBe(expected: unknown): void;
  toEqual(expected: unknown): void;
  toMatchObject(expected: object): void;
  toHaveLength(expected: number): void;
  toBeUndefined(): void;
  readonly rejects: { toMatchObject(expected: object): Promise<void> };
}

export interface TestTools {
  describe(name: string, body: () => void): unknown;
  it(name: string, body: () => Promise<void>): unknown;
  readonly expect: ((actual: unknown) => Matchers) & { stringContaining(part: string): unknown };
}

export interface LedgerWorld {
  /** Another handle on the same log, as a second process would open it. */
  open(runId: string): Ledger | Promise<Ledger>;
  close(): Promise<void>;
}

const RUN = "run-1";

const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();

export const contractEvent = (name: string, fields: Record<string, unknown> = {}, second = 0): NewEvent => ({
  ts: at(second),
  event: name,
  ...fields,
});

export function stored(result: AppendResult): Extract<AppendResult, { ok: true }> {
  if (!result.ok) throw new Error(`expected to be stored, was ${result.reason} at ${result.tip}`);
  return result;
}

export function ledgerContract(
  name: string,
  makeWorld: () => Promise<LedgerWorld>,
  { describe, it, expect }: TestTools,
): void {
  const inWorld = async (work: (world: LedgerWorld) => Promise<void>): Promise<void> => {
    const world = await makeWorld();
    try {
      await work(world);
    } finally {
      await world.close();
    }
  };
  const inRun = (work: (ledger: Ledger, tip: Tip, world: LedgerWorld) => Promise<void>): Promise<void> =>
    inWorld(async (world) => {
      const ledger = await world.open(RUN);
      const { tip } = await ledger.create([contractEvent("run_started")]);
      await work(ledger, tip, world);
    });

  describe(`ledger contract: ${name}`, () => {
    it("creates a run once, and tells a second creator that it exists", () =>
      inWorld(async (world) => {
        const [one, two] = [await world.open(RUN), await world.open(RUN)];
        const created = await one.create([contractEvent("run_started", { by: "one" })]);
        expect(created.events).toEqual([{ seq: 1, ts: at(0), run_id: RUN, event: "run_started", by: "one" }]);
        await expect(two.create([contractEvent("run_started", { by: "two" })])).rejects.toMatchObject({
          code: "exists",
        });
        expect((await two.read()).events).toEqual(created.events);
      }));

    it("lets exactly one of two simultaneous creators win, identical events in the same second included", () =>
      inWorld(async (world) => {
        const ledgers = await Promise.all(Array.from({ length: 4 }, () => world.open(RUN)));
        const ends = await Promise.allSettled(
          ledgers.map((each) => each.create([contractEvent("run_started")])),
        );
        expect(ends.filter((end) => end.status === "fulfilled")).toHaveLength(1);
        for (const end of ends)
          if (end.status === "rejected") expect(end.reason).toMatchObject({ code: "exists" });
        expect((await ledgers[0]!.read()).events).toHaveLength(1);
      }));

    it("refuses a run without a first event", () =>
      inWorld(async (world) => {
        const ledger = await world.open(RUN);
        await expect(ledger.create([])).rejects.toMatchObject({ code: "refused" });
        await expect(ledger.read()).rejects.toMatchObject({ code: "missing" });
      }));

    it("says that a run is missing", () =>
      inWorld(async (world) => {
        await expect((await world.open("nobody")).read()).rejects.toMatchObject({ code: "missing" });
      }));

    it("gives every reader what was appended, in order, numbered without a hole", () =>
      inRun(async (ledger, tip, world) => {
        const first = stored(
          await ledger.append(tip, [contractEvent("a", { n: 1 }), contractEvent("b", { n: 2 })]),
        );
        const second = stored(await ledger.append(first.tip, [contractEvent("c")]));
        expect(second.events.map((each) => each.seq)).toEqual([4]);
        for (const reader of [ledger, await world.open(RUN)]) {
          const { events, tip } = await reader.read();
          expect(events.map((each) => [each.seq, each.event])).toEqual([
            [1, "run_started"],
            [2, "a"],
            [3, "b"],
            [4, "c"],
          ]);
          expect(tip).toBe(second.tip);
          expect(events.slice(1)).toEqual([...first.events, ...second.events]);
        }
      }));

    it("continues a log that another handle wrote, from its tip alone", () =>
      inRun(async (_ledger, tip, world) => {
        const other = await world.open(RUN);
        expect(stored(await other.append(tip, [contractEvent("a")])).events[0]!.seq).toBe(2);
      }));

    it("stores nothing for no events", () =>
      inRun(async (ledger, tip) => {
        expect(await ledger.append(tip, [])).toEqual({ ok: true, tip, events: [] });
        expect((await ledger.read()).events).toHaveLength(1);
      }));

    it("answers `moved` with the new tip to who appends on an old one, and stores nothing of theirs", () =>
      inRun(async (winner, tip, world) => {
        const loser = await world.open(RUN);
        await loser.read();
        const won = stored(await winner.append(tip, [contractEvent("mine")]));
        expect(await loser.append(tip, [contractEvent("late")])).toEqual({
          ok: false,
          reason: "moved",
          tip: won.tip,
        });
        expect(await winner.append(tip, [contractEvent("again")])).toEqual({
          ok: false,
          reason: "moved",
          tip: won.tip,
        });
        const after = stored(await loser.append(won.tip, [contractEvent("next")]));
        expect((await winner.read()).events.map((each) => each.event)).toEqual([
          "run_started",
          "mine",
          "next",
        ]);
        expect(stored(await winner.append(after.tip, [contractEvent("last")])).events[0]!.seq).toBe(4);
      }));

    it("stores one of two appends that one handle makes at once on the same tip", () =>
      inRun(async (ledger, tip) => {
        const ends = await Promise.all([
          ledger.append(tip, [contractEvent("a")]),
          ledger.append(tip, [contractEvent("a")]),
        ]);
        expect(ends.map((end) => end.ok)).toEqual([true, false]);
        expect((await ledger.read()).events).toHaveLength(2);
      }));

    it("never lets time go back, and leaves a later time alone", () =>
      inRun(async (ledger, tip) => {
        const ahead = stored(
          await ledger.append(tip, [contractEvent("a", {}, 50), contractEvent("b", {}, 20)]),
        );
        const behind = stored(
          await ledger.append(ahead.tip, [contractEvent("c", {}, 10), contractEvent("d", {}, 60)]),
        );
        expect([...ahead.events, ...behind.events].map((each) => each.ts)).toEqual([
          at(50),
          at(50),
          at(50),
          at(60),
        ]);
      }));

    it("refuses an event without a time, and the log stands as before", () =>
      inRun(async (ledger, tip) => {
        const late = { ts: "yesterday", event: "a" };
        await expect(ledger.append(tip, [contractEvent("ok"), late])).rejects.toMatchObject({
          code: "refused",
        });
        expect(stored(await ledger.append(tip, [contractEvent("b")])).events[0]!.seq).toBe(2);
      }));

    it("keeps its own seq, run and name whatever the event carries", () =>
      inRun(async (ledger, tip) => {
        const forged = { ...contractEvent("a"), seq: 99, run_id: "another" };
        expect(stored(await ledger.append(tip, [forged])).events[0]).toMatchObject({
          seq: 2,
          run_id: RUN,
          event: "a",
        });
        expect((await ledger.read()).events[1]).toMatchObject({ seq: 2, run_id: RUN });
      }));

    it("gives back hostile text as it was", () =>
      inRun(async (ledger, tip, world) => {
        const fields = JSON.parse(JSON.stringify(HOSTILE)) as Record<string, unknown>;
        const written = stored(await ledger.append(tip, [contractEvent("a", fields)]));
        const [, read] = (await (await world.open(RUN)).read()).events;
        expect(read).toEqual(written.events[0]);
        expect(read).toMatchObject(fields);
      }));

    it("keeps `__proto__` an ordinary field", () =>
      inRun(async (ledger, tip) => {
        const given = JSON.parse(`{"ts":"${at(0)}","event":"a","__proto__":{"admin":true}}`) as NewEvent;
        const [kept] = stored(await ledger.append(tip, [given])).events;
        expect(Object.hasOwn(kept!, "__proto__")).toBe(true);
        expect((kept as unknown as { admin?: boolean }).admin).toBeUndefined();
      }));

    it("stores an excerpt of 2 KB whole and refuses an event that is too long, naming its longest field", () =>
      inRun(async (ledger, tip) => {
        const excerpt = "ä€😀\n".repeat(200).slice(0, 1000);
        const kept = stored(await ledger.append(tip, [contractEvent("a", { excerpt })]));
        expect((await ledger.read()).events[1]).toMatchObject({ excerpt });
        const long = contractEvent("b", { short: "x", log: "y".repeat(MAX_EVENT_BYTES) });
        const refusal = await ledger.append(kept.tip, [long]).catch((error: unknown) => error);
        expect(refusal).toMatchObject({ code: "refused", message: expect.stringContaining('"log"') });
        expect(stored(await ledger.append(kept.tip, [contractEvent("c")])).events[0]!.seq).toBe(3);
      }));

    it("takes many events at once", () =>
      inRun(async (ledger, tip, world) => {
        const many = Array.from({ length: 3000 }, (_, n) =>
          contractEvent("tick", { n, text: "x".repeat(300) }),
        );
        stored(await ledger.append(tip, many));
        const { events } = await (await world.open(RUN)).read();
        expect(events.map((each) => each.seq)).toEqual(Array.from({ length: 3001 }, (_, n) => n + 1));
        expect(events.at(-1)).toMatchObject({ n: 2999 });
      }));
  });
}

const HOSTILE = {
  newline: 'a\nb\r\n{"seq":7}\n',
  separators: "\u2028\u2029\u0085",
  controls: "\u0000\u0001\u001b[31m\u007f",
  lone: "\ud800 and \udc00",
  astral: "😀 ﷽ e\u0301 \u202e",
  shell: "$(id) `id` ; rm -rf / # ' \" \\",
  workflow: "::set-output name=x::y\n##[error]",
  empty: "",
  numbers: [0, -0.5, 1e300, 9007199254740991],
  nested: { list: [null, true, { "": { " ": [] } }] },
  constructor: "x",
  toString: 1,
};
