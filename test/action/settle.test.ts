import { describe, expect, it } from "vitest";
import { runNext } from "../../action/parts/next.ts";
import { mayAppend } from "../../engine/core/authority.ts";
import { decide } from "../../engine/core/decide.ts";
import type { EventBody, RunEvent } from "../../engine/core/events.ts";
import { plannedLegs } from "../../engine/core/legs.ts";
import type { GitLedger } from "../../engine/ledger/git/git-ledger.ts";
import { pipelineOf, resumeWorld } from "../core/world.ts";
import { git } from "../git/git-world.ts";
import { hopWorld } from "./hop-world.ts";
import { type HopWorld, RUN } from "./open-hop-world.ts";

type End = Extract<RunEvent, { event: "branch_completed" }>;
const endsOf = (log: readonly RunEvent[]): End[] =>
  log.flatMap((event) => (event.event === "branch_completed" ? [event] : []));
const last = (lines: readonly EventBody[]) =>
  lines.at(-1) as Extract<EventBody, { event: "branch_completed" }>;

describe("settling a hop", () => {
  it("R-LIFE-3: takes what each branch brought, keeps its work by one ref, and lets the branches' refs go", async () => {
    const w = await hopWorld(2);
    const commits = [];
    for (const branch of w.branches) {
      const commit = await w.work(branch, { [`${branch.start_node}.txt`]: "x" });
      await w.write(branch, w.legLines(branch, commit));
      commits.push(commit);
    }
    await w.settle();
    const log = await w.trunk();
    expect(endsOf(log).map((end) => [end.branch_key, end.status, end.result.commit])).toEqual([
      ["par/v1/01-b1", "success", commits[0]],
      ["par/v1/02-b2", "success", commits[1]],
    ]);
    expect(log.at(-1)).toMatchObject({ event: "hop_settled", outcome: "done" });
    expect(await w.refs()).toEqual(["kept", "open", "trunk"].map((name) => `refs/attractor/${RUN}/${name}`));
    const parents = await git(w.serverFolder, "rev-list", "--parents", "-1", `refs/attractor/${RUN}/kept`);
    expect(parents.split(" ").slice(1)).toEqual(commits);
    const files = await git(w.serverFolder, "ls-tree", "-r", "--name-only", `refs/attractor/${RUN}/trunk`);
    expect(files.split("\n")).toEqual(["checkpoint.json", "progress/h1-000.ndjson"]);
    expect([w.outputs.get("run-id"), w.outputs.get("artifact")]).toEqual([
      RUN,
      `attractor-${RUN}-h1-next-a1`,
    ]);
  });

  it("R-LIFE-3: with no branch that began, since the trunk's runner was lost, fails none of them: the next hop runs them", async () => {
    const w = await hopWorld(2);
    await w.settle();
    const log = await w.trunk();
    expect(endsOf(log)).toEqual([]);
    expect(log.at(-1)).toMatchObject({ event: "hop_settled", outcome: "done" });
    const next = resumeWorld(pipelineOf(w.source), log);
    expect(plannedLegs(next.pipeline, next.state)?.branches.map(({ key }) => key)).toEqual(
      w.branches.map(({ key }) => key),
    );
  });

  it("R-FAN-12: with no branch that began in this epoch, keeps what those of an earlier one left for the next", async () => {
    const w = await hopWorld(2);
    for (const branch of w.branches) await w.write(branch, w.legLines(branch));
    const before = await w.refs();
    const ledger = w.remote.ledger(RUN);
    const { tip } = await ledger.read();
    const hop = { hop: 1, epoch: 2 };
    const ts = new Date().toISOString();
    await ledger.append(tip, [
      { ts, event: "hop_lost", hop: 1, epoch: 1, cause: "settle was lost" },
      { ts, event: "hop_planned", ...hop, plan: { kind: "trunk" }, why: "again" },
      { ts, event: "hop_started", ...hop, by: { run_id: "77", attempt: 1 } },
    ]);
    await w.settle();
    expect((await w.trunk()).at(-1)).toMatchObject({ event: "hop_settled", ...hop });
    expect(endsOf(await w.trunk())).toEqual([]);
    expect(await w.refs()).toEqual(before);
  });

  it("R-GH-7: a branch whose question was answered after the hop began, and that no job ran, is not lost and goes on as answered", async () => {
    const w = await hopWorld(2, 1, null, "answered");
    const [asked, other] = w.branches;
    await w.write(other!, w.legLines(other!));
    await w.settle();
    const log = await w.trunk();
    expect(endsOf(log).map((end) => end.branch_key)).toEqual([other!.key]);
    expect(log.at(-1)).toMatchObject({ event: "hop_settled" });
    const next = resumeWorld(pipelineOf(w.source), log);
    for (;;) {
      const { event } = decide(next.pipeline, next.state);
      if (!event || !mayAppend("coordinator", event)) break;
      next.append(event);
    }
    expect(endsOf(next.log).map((end) => [end.branch_key, end.status])).toEqual([
      [other!.key, "success"],
      [asked!.key, "success"],
    ]);
  });

  it("R-FAN-9: a job of a workflow run that does not hold the hop settles nothing", async () => {
    const w = await hopWorld(1);
    const before = await w.trunk();
    await w.remote.ledger(RUN).append((await w.remote.ledger(RUN).read()).tip, [
      {
        ts: new Date().toISOString(),
        event: "hop_started",
        hop: 1,
        epoch: 2,
        by: { run_id: "99", attempt: 1 },
      },
    ]);
    await w.settle();
    expect((await w.trunk()).length).toBe(before.length + 1);
    expect(w.notices[0]).toContain("does not hold the hop");
  });

  it("R-LIFE-6: a cancel is asked for also where the hop is taken away while it is settled", async () => {
    const w = await hopWorld(1);
    const ports = await w.ports({ part: "next", canceled: "true" });
    const ts = new Date().toISOString();
    let taken = false;
    const sweep = async () => {
      if (taken) return;
      taken = true;
      const ledger = w.remote.ledger(RUN);
      await ledger.append((await ledger.read()).tip, [
        { ts, event: "hop_lost", hop: 1, epoch: 1, cause: "its workflow run is over" },
        { ts, event: "hop_planned", hop: 1, epoch: 2, plan: { kind: "trunk" }, why: "" },
      ]);
    };
    const ledgerAt = (runId: string): GitLedger => {
      const ledger = ports.remote.ledger(runId);
      return { ...ledger, append: async (...given) => sweep().then(() => ledger.append(...given)) };
    };
    await runNext({ ...ports, remote: { ...ports.remote, ledger: ledgerAt } });
    expect((await w.trunk()).at(-1)).toMatchObject({ event: "cancellation_requested", by: "Actions" });
  });

  it("under a cancellation writes the end first and takes no branch in", async () => {
    const w = await hopWorld(1);
    await w.write(w.branches[0]!, w.legLines(w.branches[0]!));
    await w.settle({ canceled: "true" });
    const log = await w.trunk();
    expect(log.slice(-2)).toMatchObject([
      { event: "cancellation_requested", reason: "workflow run 77 was cancelled" },
      { event: "hop_settled", outcome: "canceled" },
    ]);
    expect(endsOf(log)).toEqual([]);
  });
});

describe("what a branch's job may not make settle believe", () => {
  /** One hostile leg beside an honest one, whose result stands whatever the other wrote. */
  async function beside(hostile: (w: HopWorld) => Promise<void>): Promise<End> {
    const w = await hopWorld(2);
    await w.write(w.branches[1]!, w.legLines(w.branches[1]!));
    await hostile(w);
    await w.settle();
    const [bad, good] = endsOf(await w.trunk());
    expect(good).toMatchObject({ branch_key: "par/v1/02-b2", status: "success" });
    expect(bad).toMatchObject({ branch_key: "par/v1/01-b1" });
    return bad!;
  }
  const refusal = (why: string) => ({
    status: "fail",
    failure_class: "transient_infra",
    failure_reason: expect.stringContaining(why),
    result: { left_by: "lost" },
  });

  it("no log at all is a failure that names the branch", async () => {
    expect(await beside(async () => undefined)).toMatchObject(
      refusal("par/v1/01-b1 brought no result: its job left no log"),
    );
  });

  it("a log that stops in the middle", async () => {
    const end = await beside((w) => w.write(w.branches[0]!, w.legLines(w.branches[0]!).slice(0, 2)));
    expect(end).toMatchObject(refusal("its job ended before the branch did"));
  });

  it("a line that is no event", async () => {
    const end = await beside((w) =>
      w.write(w.branches[0]!, [{ event: "branch_started", index: "zero" }, ...w.legLines(w.branches[0]!)]),
    );
    expect(end).toMatchObject(refusal("a line that is no event"));
  });

  it.each([
    ["the run's end", { event: "run_completed", status: "success" }],
    ["another hop's claim", { event: "hop_started", hop: 1, epoch: 9, by: { run_id: "1", attempt: 1 } }],
    ["a cancellation of the run", { event: "cancellation_requested", reason: "x", by: "me" }],
    [
      "another branch's end of an attempt",
      { event: "warning", branch_key: "par/v1/02-b2", code: "x", message: "x" },
    ],
  ])("%s", async (_what, line) => {
    const end = await beside((w) => w.write(w.branches[0]!, [line, ...w.legLines(w.branches[0]!)]));
    expect(end).toMatchObject(refusal("not a branch's to say"));
  });

  it("R-LIVE-2: a stall, that ends more than its own branch: the run goes on to its join", async () => {
    const w = await hopWorld(2);
    await w.write(w.branches[1]!, w.legLines(w.branches[1]!));
    const [started, ...rest] = w.legLines(w.branches[0]!);
    const { key, start_node } = w.branches[0]!;
    const stall = { branch_key: key, node_id: start_node, idle_ms: 9e9, stall_timeout_ms: 1 };
    await w.write(w.branches[0]!, [started!, { event: "stall_watchdog_timeout", ...stall }, ...rest]);
    await w.settle();
    const log = await w.trunk();
    const pipeline = pipelineOf(w.source);
    expect(endsOf(log)).toHaveLength(2);
    const { state } = resumeWorld(pipeline, log);
    expect(state.stop).toBeNull();
    expect(decide(pipeline, state).event).toMatchObject({ event: "fanout_joined" });
  });

  it("two ends of one branch", async () => {
    const end = await beside((w) => {
      const lines = w.legLines(w.branches[0]!);
      return w.write(w.branches[0]!, [...lines, last(lines)]);
    });
    expect(end).toMatchObject(refusal("ends the branch more than once"));
  });

  it("a result that would not fit anywhere", async () => {
    const end = await beside((w) => {
      const lines = w.legLines(w.branches[0]!);
      const large = { ...last(lines).result, outputs: { text: "x".repeat(300_000) } };
      return w.write(w.branches[0]!, [...lines.slice(0, -1), { ...last(lines), result: large }]);
    });
    expect(end).toMatchObject(refusal("its result has"));
  });

  it("who it is: key, place and start come from the plan", async () => {
    const end = await beside((w) => {
      const lines = w.legLines(w.branches[0]!);
      const forged = { ...last(lines).result, key: "par/v1/02-b2", index: 1, start_node: "exit" };
      return w.write(w.branches[0]!, [
        ...lines.slice(0, -1),
        { ...last(lines), fan_node: "x", result: forged },
      ]);
    });
    expect(end).toMatchObject({
      fan_node: "par",
      result: { key: "par/v1/01-b1", index: 0, start_node: "b1" },
    });
  });

  it("what it cost: at most what was set aside for it, and all of that when it is lost", async () => {
    const w = await hopWorld(2, 1, 10);
    const [bad, missing] = w.branches;
    const lines = w.legLines(bad!);
    const usage = [
      { provider: "ours", cost_usd: 4 },
      { provider: "ours", cost_usd: 400 },
    ];
    await w.write(bad!, [
      ...lines.slice(0, -1),
      { ...last(lines), result: { ...last(lines).result, usage } },
    ]);
    await w.settle();
    const ends = endsOf(await w.trunk());
    expect(ends.map((end) => end.result.usage.map((one) => one.cost_usd))).toEqual([[4, 1], [5]]);
    expect(ends[1]?.branch_key).toBe(missing?.key);
  });

  it("a commit that is not where its work is", async () => {
    const end = await beside((w) => w.write(w.branches[0]!, w.legLines(w.branches[0]!, "a".repeat(40))));
    expect(end).toMatchObject(refusal("but brought no work"));
  });

  it.each([
    [".github/workflows/own.yml", "on: push", "workflows are changed by people only"],
    ["graphs/G.DOT", "x", "are one name on many systems"],
  ])("a change of %s", async (path, text, why) => {
    const end = await beside(async (w) => {
      const commit = await w.work(w.branches[0]!, { [path]: text });
      await w.write(w.branches[0]!, w.legLines(w.branches[0]!, commit));
    });
    expect(end).toMatchObject(refusal(why));
  });
});
