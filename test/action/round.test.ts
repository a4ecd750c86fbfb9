import { describe, expect, it } from "vitest";
import type { LegsOutput } from "../../action/hop/control-output.ts";
import {
  collectedIn,
  firstTrunk,
  goAfter,
  isRed,
  lastTask,
  laterTrunk,
  tookHop,
  whyNoLeg,
} from "../../action/hop/round.ts";
import { parseEvent } from "../../engine/core/events.ts";
import { foldAll } from "../../engine/core/fold.ts";
import { prepare } from "../../engine/graph/prepare.ts";

const { pipeline } = prepare(`digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
  a [shape=parallelogram, tool_command="x"]; start -> a -> exit }`);

const START = {
  event: "run_started",
  ...{ schema_version: 1, graph: { name: "g", digest: "d" }, goal: "g", inputs: {}, config_digest: "c" },
  ...{ engine_version: "1.0.0", coordinator: "workflow" },
};
const planned = (hop: number, epoch = hop) => ({
  event: "hop_planned",
  hop,
  epoch,
  plan: { kind: "trunk" },
  why: "",
});
const claimed = (hop: number, epoch: number, run_id: string, attempt = 1) => ({
  ...{ event: "hop_started", hop, epoch, by: { run_id, attempt } },
});
const settled = (hop: number, epoch = hop) => ({ event: "hop_settled", hop, epoch, outcome: "done" });
const FAILED = {
  ...{ event: "run_failed", status: "fail", failure_reason: "r", failure_class: "deterministic" },
  failure_signature: "s",
};
const CANCEL = { event: "cancellation_requested", reason: "r", by: "ada" };

const state = (events: readonly object[], first: object = START) =>
  foldAll(
    pipeline!,
    [first, ...events].map((event, i) =>
      parseEvent({ seq: i + 1, ts: "2026-01-01T00:00:00.000Z", run_id: "r7", ...event }),
    ),
  );
const job = (runId: string, attempt = 1) => ({ runId, attempt });
const asked = (hop: number, epoch = hop) => ({ v: 1, run: "r7", hop, epoch, tip: "a".repeat(40) }) as const;
const go = (hop: number, epoch = hop): LegsOutput => ({
  ...{ kind: "legs", hop, epoch, max: 1, legs: ["01"], readOnly: [], used: 0 },
});

describe("what a trunk job may take", () => {
  it("R-GH-6: the first one claims the planned hop it was dispatched for, and no other", () => {
    const now = state([planned(3)]);
    expect(firstTrunk(now, job("8"), asked(3))).toEqual({ does: "claim", hop: 3, epoch: 3 });
    expect(firstTrunk(now, job("8"), asked(2)).does).toBe("leave");
    expect(firstTrunk(state([planned(3, 5)]), job("8"), asked(3)).does).toBe("leave");
  });

  it("the first one of a re-run claims anew whatever hop its workflow run held", () => {
    const now = state([planned(3), claimed(3, 3, "8"), settled(3), planned(4), claimed(4, 4, "8")]);
    expect(firstTrunk(now, job("8", 2), asked(3))).toEqual({ does: "claim", hop: 4, epoch: 5 });
    expect(firstTrunk(now, job("8", 1), asked(3)).does).toBe("leave");
    expect(firstTrunk(now, job("9", 2), asked(4)).does).toBe("leave");
  });

  it("a later one collects the branches of the hop that it was told, of an earlier attempt too", () => {
    const now = state([planned(3), claimed(3, 3, "8")]);
    expect(laterTrunk(now, job("8"), go(3)).does).toBe("collect");
    expect(laterTrunk(now, job("8", 2), go(3)).does).toBe("collect");
    expect(laterTrunk(now, job("9"), go(3)).does).toBe("leave");
    expect(laterTrunk(state([planned(3), claimed(3, 3, "8"), FAILED]), job("8"), go(3)).does).toBe("leave");
  });

  it("a later one of a re-run claims anew the round that was lost, and one of the same attempt does not", () => {
    const now = state([planned(4), claimed(4, 5, "8")]);
    expect(laterTrunk(now, job("8", 2), go(3))).toEqual({ does: "claim", hop: 4, epoch: 6 });
    expect(laterTrunk(now, job("8"), go(3)).does).toBe("leave");
    expect(laterTrunk(now, job("8"), go(4)).does).toBe("leave");
    expect(laterTrunk(now, job("8", 2), null)).toEqual({ does: "claim", hop: 4, epoch: 6 });
  });

  it("a branch runs in its own round alone", () => {
    const now = state([planned(3), claimed(3, 4, "8")]);
    expect(whyNoLeg(now, job("8", 2), go(3, 4))).toBeNull();
    expect(whyNoLeg(now, job("8", 2), go(3, 3))).toContain("is over");
    expect(whyNoLeg(now, job("9"), go(3, 4))).toContain("does not hold");
    expect(whyNoLeg(state([planned(3), claimed(3, 3, "8"), settled(3)]), job("8"), go(3))).toContain(
      "not hold",
    );
  });
});

describe("what a branch goes on from", () => {
  it("R-GH-6: nothing that a job of an older hop wrote after the trunk had taken its log in", () => {
    const paused = { event: "leg_paused", branch_key: "p/v1/01-a", why: "yield" };
    const log = [
      claimed(1, 1, "8"),
      paused,
      settled(1),
      planned(2, 4),
      claimed(2, 4, "9"),
      paused,
      claimed(2, 5, "9", 2),
    ];
    expect(collectedIn(log, "p/v1/01-a")).toBe(4);
    expect(collectedIn(log, "p/v1/02-b")).toBe(0);
  });
});

describe("what a job of a round says, and the last one does", () => {
  const held = [planned(3), claimed(3, 3, "8")];
  it.each([
    ["its hop is not over", [...held], false, "next"],
    ["the run has ended and nobody is told", [...held, settled(3), FAILED], false, "done"],
    ["the run has ended and people are told", [...held, settled(3), FAILED], true, "next"],
    ["somebody has to plan, ask or watch", [...held, settled(3)], false, "next"],
    ["another workflow run holds the hop", [planned(3), claimed(3, 3, "9")], true, "done"],
    [
      "the run ended in another workflow run",
      [planned(3), claimed(3, 3, "9"), settled(3), FAILED],
      true,
      "done",
    ],
    ["the hop is planned for another", [planned(3)], false, "done"],
  ] as const)("%s", (_what, events, tells, word) =>
    expect(goAfter(state(events), job("8"), tells)).toBe(word),
  );

  it("leaves what follows to the app where it decides, and what is planned to `next` in a re-run", () => {
    expect(goAfter(state([...held, settled(3)], { ...START, coordinator: "app" }), job("8"), true)).toBe(
      "done",
    );
    expect(goAfter(state([planned(3)]), job("8", 2), false)).toBe("next");
  });

  it.each([
    ["what it holds is settled", [...held], true, false, "settle"],
    ["what an attempt after it holds is not", [planned(3), claimed(3, 4, "8", 3)], true, false, "look"],
    ["a cancel of what it held is a request", [...held, settled(3), planned(4)], true, true, "request"],
    ["once", [...held, CANCEL, settled(3), planned(4)], true, true, "look"],
    ["a cancel before the claim too", [planned(3)], false, true, "request"],
    ["a cancel of a workflow run that never held it is none", [planned(4)], false, true, "look"],
    ["an end is an end", [...held, settled(3), FAILED], true, true, "look"],
  ] as const)("%s", (_what, events, took, canceled, task) =>
    expect(lastTask(state(events), job("8", 2), { canceled, took, asked: asked(3) })).toBe(task),
  );

  it("R-GH-19: is red with the run that ended in its workflow run, and with no other", () => {
    const log = [...held, settled(3), FAILED];
    const red = (run: string) => isRed(state(log), tookHop(log, job(run)));
    expect([red("8"), red("9"), isRed(state(log), true)]).toEqual([true, false, true]);
    expect(isRed(state([...held, settled(3)]), true)).toBe(false);
  });
});
