import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CoalescingLedger, coalescingLedger } from "../../engine/ledger/coalescing.ts";
import { type FileLedger, fileLedger } from "../../engine/ledger/file-ledger.ts";
import type { Ledger, Tip } from "../../engine/ledger/port.ts";
import { event, ledgerContract, stored } from "./contract.ts";
import { inGitRun, TRUNK } from "./git-ledger-kit.ts";

const RUN = "run-1";
let folder: string;
/** The remote as somebody else sees it. */
let remote: FileLedger;
let ours: CoalescingLedger<{ durable?: boolean }>;
let tip: Tip;
/** What was to run later, and has not. */
let timers: (() => void)[];

const open = (
  through: Ledger = fileLedger(join(folder, "remote.ndjson"), RUN),
  readonly = false,
): typeof ours =>
  coalescingLedger({
    path: join(folder, "local.ndjson"),
    remote: through,
    readonly,
    later: (push) => {
      timers.push(push);
      return () => {
        timers = timers.filter((each) => each !== push);
      };
    },
  });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "coalescing-"));
  timers = [];
  ours = open();
  tip = (await ours.create([event("run_started")])).tip;
  remote = fileLedger(join(folder, "remote.ndjson"), RUN);
});
afterEach(async () => {
  await ours.close();
  await remote.close();
  await rm(folder, { recursive: true });
});

const append = async (...names: string[]): Promise<void> => {
  tip = stored(
    await ours.append(
      tip,
      names.map((name) => event(name)),
    ),
  ).tip;
};
const theirs = async (...names: string[]): Promise<void> => {
  const { tip } = await remote.read();
  stored(
    await remote.append(
      tip,
      names.map((name) => event(name)),
    ),
  );
};
const namesOf = (events: readonly { seq: number; event: string }[]): string[] => {
  expect(events.map((each) => each.seq)).toEqual(events.map((_, n) => n + 1));
  return events.map((each) => each.event);
};
const onRemote = async (): Promise<string[]> => namesOf((await remote.read()).events);
const here = async (): Promise<string[]> => namesOf((await ours.read()).events);

ledgerContract("a local log pushed to a git-like remote", async () => {
  const place = await mkdtemp(join(tmpdir(), "coalescing-"));
  let machines = 0;
  const opened: Ledger[] = [];
  return {
    // Every append is pushed before it answers, so that the handles of one run see each other.
    open: (runId) => {
      const ledger = coalescingLedger({
        path: join(place, `local-${machines++}.ndjson`),
        remote: fileLedger(join(place, `${runId}.ndjson`), runId),
        later: () => () => undefined,
      });
      opened.push(ledger);
      return pushedAtOnce(ledger);
    },
    close: async () => {
      for (const each of opened) await each.close();
      await rm(place, { recursive: true });
    },
  };
});

/** Tips of this wrapper are those of the machine's own file, which are alike for alike logs. */
const pushedAtOnce = (ledger: CoalescingLedger<object>): Ledger => ({
  runId: ledger.runId,
  create: (first) => ledger.create(first),
  read: async () => {
    await ledger.flush();
    return await ledger.read();
  },
  append: async (tip, events) => {
    await ledger.flush().catch((error: unknown) => {
      if (!(error instanceof Error && "code" in error && error.code === "missing")) throw error;
    });
    const result = await ledger.append(tip, events);
    if (!result.ok) return result;
    const flushed = await ledger.flush();
    return flushed.ok ? result : { ok: false, reason: "moved", tip: flushed.tip };
  },
  close: () => ledger.close(),
});

describe("a ledger pushed from time to time", () => {
  it("is durable on this machine at once and on the remote after a flush, with one push for all", async () => {
    await append("a");
    await append("b", "c");
    expect(await readFile(join(folder, "local.ndjson"), "utf8")).toContain('"event":"c"');
    expect(await onRemote()).toEqual(["run_started"]);
    expect(await ours.flush()).toEqual({ ok: true, tip, learned: [] });
    expect(await onRemote()).toEqual(["run_started", "a", "b", "c"]);
    expect(await readFile(join(folder, "local.ndjson"))).toEqual(
      await readFile(join(folder, "remote.ndjson")),
    );
    await append("d");
  });

  it("pushes by itself a while after an append that nobody flushed, once", async () => {
    await append("a");
    await append("b");
    expect(timers).toHaveLength(1);
    timers.splice(0)[0]!();
    await ours.flush();
    expect(await onRemote()).toEqual(["run_started", "a", "b"]);
    await append("c");
    expect(timers).toHaveLength(1);
    await ours.flush();
    expect(timers, "a flush takes the waiting push back").toHaveLength(0);
  });

  it("begins on another machine from what the remote has", async () => {
    await append("a");
    await ours.flush();
    await theirs("b");
    const fresh = open();
    expect(namesOf((await fresh.read()).events)).toEqual(["run_started", "a", "b"]);
    await fresh.close();
  });

  it("numbers its own anew behind requests of others, and tells its driver by `moved`", async () => {
    await append("stage_attempt_start");
    await theirs("cancellation_requested");
    const flushed = await ours.flush();
    expect(flushed).toMatchObject({ ok: true, learned: [{ seq: 2, event: "cancellation_requested" }] });
    const expected = ["run_started", "cancellation_requested", "stage_attempt_start"];
    expect(await onRemote()).toEqual(expected);
    expect(await here()).toEqual(expected);
    expect(await ours.append(tip, [event("x")])).toMatchObject({
      ok: false,
      reason: "moved",
      tip: flushed.tip,
    });
    tip = flushed.tip;
    await append("b");
  });

  it("takes in that a person resumed what had paused beside it", async () => {
    await append("warning");
    await theirs("run_resumed");
    expect(await ours.flush()).toMatchObject({ ok: true, learned: [{ event: "run_resumed" }] });
    expect(await onRemote()).toEqual(["run_started", "run_resumed", "warning"]);
  });

  it("learns what others asked although it has nothing to push", async () => {
    await theirs("human_gate_answered");
    expect(await ours.flush()).toMatchObject({ ok: true, learned: [{ event: "human_gate_answered" }] });
    expect(await here()).toEqual(["run_started", "human_gate_answered"]);
  });

  it.each([
    ["its hop was taken for lost", ["stage_attempt_start"], ["hop_lost"]],
    ["somebody else claimed the hop", ["stage_attempt_end"], ["hop_lost", "hop_planned"]],
    ["it had nothing to push, and somebody else claimed the hop", [], ["hop_lost", "hop_planned"]],
    ["it had planned on, unaware of a cancel", ["hop_settled", "hop_planned"], ["cancellation_requested"]],
    ["it had ended the run, unaware of an answer", ["run_failed"], ["human_gate_answered"]],
  ])("drops its own and says so when %s", async (_title, mine, foreign) => {
    await append(...mine);
    await theirs(...foreign);
    const flushed = await ours.flush();
    const dropped = mine.map((name) => ({ event: name }));
    expect(flushed).toMatchObject({ ok: false, reason: "moved", dropped });
    expect(await onRemote()).toEqual(["run_started", ...foreign]);
    expect(await here()).toEqual(["run_started", ...foreign]);
    expect(await ours.append(tip, [event("x")])).toMatchObject({ ok: false, tip: flushed.tip });
  });

  it("keeps what was appended while a push was on its way, also when that push is beaten", async () => {
    await ours.close();
    let meanwhile: (() => Promise<void>) | null = null;
    const slow = fileLedger(join(folder, "remote.ndjson"), RUN);
    ours = open({
      ...slow,
      append: async (at, events) => {
        await meanwhile?.();
        return await slow.append(at, events);
      },
    });
    tip = (await ours.read()).tip;
    await append("a");
    meanwhile = async () => {
      meanwhile = null;
      await append("b");
    };
    await ours.flush();
    expect(await onRemote()).toEqual(["run_started", "a"]);
    await ours.flush();
    await append("c");
    meanwhile = async () => {
      meanwhile = null;
      await append("d");
      await theirs("cancellation_requested");
    };
    expect(await ours.flush()).toMatchObject({ ok: true, learned: [{ event: "cancellation_requested" }] });
    expect(await onRemote()).toEqual(["run_started", "a", "b", "cancellation_requested", "c", "d"]);
    expect(await here()).toEqual(await onRemote());
  });

  it("R-LIFE-8: a push in the background that failed ends the next append with the cause", async () => {
    await ours.close();
    const real = fileLedger(join(folder, "remote.ndjson"), RUN);
    const refusal = new Error("refused by a rule");
    ours = open({ ...real, append: () => Promise.reject(refusal) });
    tip = (await ours.read()).tip;
    await append("a");
    timers.splice(0)[0]!();
    await expect(ours.flush()).rejects.toBe(refusal);
    await expect(ours.append(tip, [event("b")])).rejects.toBe(refusal);
  });

  it("pushes to a real git ref, one commit for many appends, with a checkpoint in it", () =>
    inGitRun(async ({ ledger, server, events }) => {
      const pushed = coalescingLedger({
        path: join(folder, "git.ndjson"),
        remote: ledger,
        later: () => () => undefined,
      });
      let { tip } = await pushed.read();
      for (let n = 0; n < 20; n++) tip = stored(await pushed.append(tip, [event("tick", { n })])).tip;
      await pushed.flush({ checkpoint: (stored) => ({ ticks: stored.length }) });
      expect(await server("rev-list", "--count", TRUNK)).toBe("2");
      expect(await server("show", `${TRUNK}:checkpoint.json`)).toContain('"seq":21,"state":{"ticks":20}');
      expect(await events()).toHaveLength(21);
    }));
});

describe("a ledger of a machine that may not write to the remote", () => {
  const never = (): Ledger => {
    const file = fileLedger(join(folder, "remote.ndjson"), RUN);
    return { ...file, append: () => Promise.reject(new Error("this token may not write")) };
  };
  const reopened = async (): Promise<void> => {
    await ours.close();
    ours = open(never(), true);
    ({ tip } = await ours.read());
  };
  const pending = async (): Promise<string[]> => (await ours.pending()).map(({ event: name }) => name);

  it("pushes nothing at a flush, and tells what the remote does not have", async () => {
    await append("before");
    await ours.flush();
    await reopened();
    expect(await pending()).toEqual([]);
    await append("a", "b");
    expect(await ours.flush({ durable: true })).toMatchObject({ ok: true, learned: [] });
    expect(await onRemote()).toEqual(["run_started", "before"]);
    expect(await pending()).toEqual(["a", "b"]);
    await append("c");
    expect(await pending()).toEqual(["a", "b", "c"]);
  });

  it("takes in requests of others before its own", async () => {
    await reopened();
    await append("a");
    await theirs("cancellation_requested");
    const flushed = await ours.flush();
    expect(flushed).toMatchObject({ ok: true, learned: [{ event: "cancellation_requested" }] });
    expect(await here()).toEqual(["run_started", "cancellation_requested", "a"]);
    expect(await pending()).toEqual(["a"]);
  });

  it("is told when somebody else goes on with the run", async () => {
    await reopened();
    await append("a");
    await theirs("hop_started");
    expect(await ours.flush()).toMatchObject({ ok: false, dropped: [{ event: "a" }] });
  });
});
