import { describe, expect, it, onTestFinished, vi } from "vitest";
import { beginning, claim, claimedHop } from "../../action/hop/claim.ts";
import { hopWorld } from "./hop-world.ts";
import { type HopWorld, RUN } from "./open-hop-world.ts";

const asking = (hop: number, epoch: number, tip: string) => ({
  part: "trunk",
  hop: JSON.stringify({ v: 1, run: RUN, hop, epoch, tip }),
});

async function append(w: HopWorld, event: object): Promise<string> {
  const ledger = w.remote.ledger(RUN);
  const { tip } = await ledger.read();
  await ledger.append(tip, [{ ...event, ts: new Date().toISOString() }]);
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

describe("a run that begins with a simulation script", () => {
  it.each([
    ["agents alone", "{}", ["agents"]],
    ["a tool that it names", '{"b1": [{"status": "success"}]}', ["agents", "tools"]],
    ["every tool", '{"simulate.tools": true}', ["agents", "tools"]],
  ])("R-EASE-9: says what is not real: %s", async (_what, simulate, expected) => {
    const w = await hopWorld(1);
    const [started] = await beginning(await w.ports({ graph: "graphs/g.dot", simulate }), "stage");
    expect(started).toMatchObject({ event: "run_started", simulated: expected });
  });
});

describe("a claim by a job that nobody dispatched for the run", () => {
  const FILE = "ada/game/.github/workflows/attractor-run.yml@refs/heads/main";

  it("R-GH-17: a run in hops does not begin on a ref that GitHub dispatches nothing on", async () => {
    const w = await hopWorld(1, 1);
    const { job, ...ports } = await w.ports({ part: "trunk", graph: "g.dot", run: "" });
    const merge = { ...job, runId: "99", ref: "refs/pull/7/merge", event: "pull_request" };
    await expect(claim({ ...ports, job: merge })).rejects.toThrow(
      /on refs\/pull\/7\/merge, the ref of the event pull_request, and GitHub dispatches branches and tags alone/,
    );
  });

  it.each<[string, object, object, string]>([
    [
      "from another branch",
      { ref: "refs/heads/other" },
      {},
      "is run from main, and this workflow run is of other",
    ],
    ["from a tag", { ref: "refs/tags/v1" }, {}, "this workflow run is of v1"],
    [
      "by another workflow file",
      { workflowRef: FILE.replace("attractor-run", "own") },
      {},
      "the run's workflow is attractor-run.yml, and this workflow run is of own.yml",
    ],
    ["by a pull request", { event: "pull_request" }, {}, "by the event pull_request"],
    ["by a push", { event: "push" }, {}, "by the event push"],
    ["with simulated agents, in a run of real ones", {}, { simulate: "{}" }, "this job has `simulate`"],
  ])("R-GH-6: %s is refused, and the hop stays as it was", async (_what, own, also, why) => {
    const w = await hopWorld(1, 1, null, "all", "app", {
      workflow: "attractor-run.yml",
      workflow_ref: "refs/heads/main",
    });
    await append(w, { event: "hop_settled", hop: 1, epoch: 1, outcome: "done" });
    const tip = await append(w, {
      event: "hop_planned",
      hop: 2,
      epoch: 2,
      plan: { kind: "trunk" },
      why: "on",
    });
    const { job, ...ports } = await w.ports({ ...asking(2, 2, tip), ...also });
    const before = await w.trunk();
    const dispatched = { ...job, runId: "78", workflowRef: FILE };
    const refused = await claim({ ...ports, job: { ...dispatched, ...own } });
    expect(refused).toMatchObject({ ok: false, why: expect.stringContaining(why) });
    expect(await w.trunk()).toEqual(before);
    // The one that was dispatched claims it.
    if (!("simulate" in also)) expect(await claim({ ...ports, job: dispatched })).toMatchObject({ ok: true });
  });

  it("R-GH-6: a branch's job that simulates in a run of real agents fails, and runs nothing", async () => {
    const w = await hopWorld(1);
    const ports = await w.ports({ part: "branch", run: RUN, simulate: "{}" });
    await expect(claimedHop(ports)).rejects.toThrow("the run began with real agents");
  });
});

describe("a person who presses re-run after the hop moved on", () => {
  /** Hop 1 was run by workflow run 77; hop 2 is claimed by 78. */
  async function movedOn(): Promise<HopWorld> {
    const w = await hopWorld(1);
    await append(w, { event: "hop_settled", hop: 1, epoch: 1, outcome: "done" });
    await append(w, { event: "hop_planned", hop: 2, epoch: 2, plan: { kind: "trunk" }, why: "on" });
    await append(w, { event: "hop_started", hop: 2, epoch: 2, by: { run_id: "78", attempt: 1 } });
    return w;
  }

  it.each([
    ["of a hop that was dispatched", (tip: string) => asking(1, 1, tip), "hop 1 (epoch 1) is over"],
    ["of the one that began the run", () => ({ part: "trunk" }), "hop 2 is already run by workflow run 78"],
  ])(
    "R-GH-6: of the whole workflow run, %s: claims nothing and says where the run stands",
    async (_what, input, why) => {
      const w = await movedOn();
      const { tip } = await w.remote.ledger(RUN).read();
      const before = await w.trunk();
      const { job, ...ports } = await w.ports(input(tip));
      const claimed = await claim({ ...ports, job: { ...job, attempt: 2 } });
      expect(claimed).toMatchObject({ ok: false, why: expect.stringContaining(why) });
      expect(await w.trunk()).toEqual(before);
    },
  );

  it("R-GH-6: of one job or of the failed ones: the branch runs nothing, settle takes nothing", async () => {
    const w = await movedOn();
    const before = await w.trunk();
    const { job, ...ports } = await w.ports({ part: "branch", run: RUN });
    expect(await claimedHop({ ...ports, job: { ...job, attempt: 2 } })).toBeNull();
    await w.settle();
    expect(w.notices.at(-1)).toContain("does not hold the hop");
    expect(await w.trunk()).toEqual(before);
  });
});

describe("a runner whose clock is wrong", () => {
  it.each([-2, 2])("R-SEC-10: by %d hours claims, settles and keeps the log in order", async (hours) => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + hours * 3_600_000 });
    onTestFinished(() => void vi.useRealTimers());
    const w = await hopWorld(2);
    for (const branch of w.branches) await w.write(branch, w.legLines(branch));
    await w.settle();
    vi.useRealTimers();
    await append(w, { event: "hop_planned", hop: 2, epoch: 2, plan: { kind: "trunk" }, why: "on" });
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - hours * 3_600_000 });
    const { tip } = await w.remote.ledger(RUN).read();
    const { job, ...ports } = await w.ports(asking(2, 2, tip));
    expect(await claim({ ...ports, job: { ...job, runId: "78" } })).toMatchObject({ ok: true });
    const log = await w.trunk();
    const ends = log.flatMap((event) => (event.event === "branch_completed" ? [event.status] : []));
    expect(ends).toEqual(["success", "success"]);
    const times = log.map(({ ts }) => Date.parse(ts));
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });
});
