import { rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { type PushExtras, pushScheduler } from "../../action/work/pushes.ts";
import type { EventBody } from "../../engine/core/events.ts";
import { openLog } from "../../engine/drive/log.ts";
import { coalescingLedger } from "../../engine/ledger/coalescing.ts";
import { type GitLedger, gitLedger } from "../../engine/ledger/git/git-ledger.ts";
import { pipelineOf } from "../core/world.ts";
import { git, gitWorld } from "../git/git-world.ts";
import { virtualClock } from "../stages/virtual-clock.ts";

const REF = "refs/attractor/r1/trunk";
const CODE = "refs/attractor/r1/code";
const PIPELINE = pipelineOf(
  'digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]; a [shape=parallelogram, tool_command="true"]; start -> a -> exit }',
);
const STARTED = {
  ...{ event: "run_started", schema_version: 1, graph: { name: "g", digest: "d" }, goal: "g", inputs: {} },
  ...{ config_digest: "d", engine_version: "0", coordinator: "workflow" },
};
const note = (text: string): EventBody => ({ event: "warning", code: "test", message: text });

async function setUp() {
  const world = await gitWorld();
  onTestFinished(() => world.close());
  const open = async (): Promise<GitLedger> =>
    gitLedger({
      ...{ repo: await world.machine(), runId: "r1", ref: REF, openRef: null, now: () => new Date() },
      ...{ secrets: [], redact: (text: string) => text, pause: async () => undefined },
    });
  const repo = await world.machine();
  const remote = gitLedger({
    ...{ repo, runId: "r1", ref: REF, openRef: null, now: () => new Date() },
    ...{ secrets: [], redact: (text: string) => text, pause: async () => undefined },
  });
  await remote.create([{ ts: new Date(0).toISOString(), ...STARTED }]);
  const path = join(await world.folder("log"), "trunk.ndjson");
  onTestFinished(() => rm(path, { force: true }));
  const ledger = coalescingLedger<PushExtras>({ path, remote, later: () => () => undefined });
  const clock = virtualClock();
  const log = openLog({ pipeline: PIPELINE, ledger, clock }, await ledger.read());
  const learned: EventBody[] = [];
  let superseded = 0;
  let commit: string | null = null;
  const refusals: string[] = [];
  const outbox = pushScheduler({
    ...{ log, ledger, clock, everyMs: 10_000 },
    code: { ref: CODE, at: null, commit: () => commit, bring: async () => undefined },
    refused: (why) => refusals.push(why),
    learned: (event) => learned.push(event),
    superseded: () => superseded++,
  });
  onTestFinished(() => outbox.stop());
  return {
    ...{ world, log, ledger, outbox, clock, learned, refusals },
    superseded: () => superseded,
    async work() {
      const said = async (...args: string[]) =>
        (await repo.git(args, { input: "" })).stdout.toString().trim();
      const tree = await said("hash-object", "-t", "tree", "-w", "--stdin");
      commit = await said("commit-tree", "-m", "work", tree);
      return commit;
    },
    other: open,
    remoteNames: async () => (await (await open()).read()).events.map((event) => event.event),
  };
}

describe("what a job recorded, on its way to the remote", () => {
  it("R-LIFE-8: is pushed when asked for, else only once it has been long enough", async () => {
    const w = await setUp();
    w.log.push(note("one"));
    await w.log.flush();
    await w.outbox.maybe();
    expect(await w.remoteNames()).toEqual(["run_started"]);
    await w.clock.advance(10_000);
    await w.outbox.maybe();
    expect(await w.remoteNames()).toEqual(["run_started", "warning"]);
    w.log.push(note("two"));
    await w.log.flush();
    await w.outbox.push();
    expect((await w.remoteNames()).length).toBe(3);
  });

  it("takes the work along that its events name, in the same push", async () => {
    const w = await setUp();
    const commit = await w.work();
    w.log.push(note("committed"));
    await w.log.flush();
    await w.outbox.push();
    expect(await git(w.world.server, "rev-parse", CODE)).toBe(commit);
    expect(await w.remoteNames()).toEqual(["run_started", "warning"]);
  });

  it("R-GH-12: goes without the work when the remote refuses that alone, and says so in the remote's words", async () => {
    const w = await setUp();
    await w.world.refuse(CODE, "GH013: a secret was found");
    await w.work();
    w.log.push(note("committed"));
    await w.log.flush();
    await w.outbox.push();
    expect(await w.remoteNames()).toEqual(["run_started", "warning"]);
    expect(w.refusals).toEqual([expect.stringContaining("GH013: a secret was found")]);
  });

  it("takes in what others ask while it runs, and stands behind it", async () => {
    const w = await setUp();
    const other = await w.other();
    const { tip } = await other.read();
    const request = { event: "cancellation_requested", reason: "enough", by: "ada" };
    await other.append(tip, [{ ts: new Date(1).toISOString(), ...request }]);
    w.log.push(note("mine"));
    await w.log.flush();
    await w.outbox.push();
    expect(await w.remoteNames()).toEqual(["run_started", "cancellation_requested", "warning"]);
    expect(w.log.state.stop).toMatchObject({ status: "canceled", reason: "enough" });
    expect(w.learned).toHaveLength(1);
    w.log.push(note("after"));
    await w.log.flush();
    await w.outbox.push();
    expect((await w.remoteNames()).length).toBe(4);
  });

  it("R-AGENT-12: an agent between two turns has it looked for what people said, once in ten seconds", async () => {
    const w = await setUp();
    const other = await w.other();
    const say = async (text: string) => {
      const { tip } = await other.read();
      const words = { event: "agent_steered", node_id: "a", text, by: "ada", command_id: text };
      await other.append(tip, [{ ts: new Date(1).toISOString(), ...words }]);
    };
    const heard = () => (w.log.state.steered ?? []).map(({ text }) => text);
    await say("one");
    await w.outbox.look();
    expect(heard()).toEqual([]);
    await w.clock.advance(10_000);
    await w.outbox.look();
    expect(heard()).toEqual(["one"]);
    await say("two");
    for (let turn = 0; turn < 5; turn++) await w.outbox.look();
    expect(heard()).toEqual(["one"]);
    await w.clock.advance(10_000);
    await w.outbox.look();
    expect(heard()).toEqual(["one", "two"]);
  });

  it("R-AGENT-12: what a stage says while it runs is on the remote with the next push, though nothing else happens", async () => {
    const w = await setUp();
    w.log.push(note("of a stage"));
    await w.clock.advance(10_000);
    await w.outbox.look();
    expect(await w.remoteNames()).toEqual(["run_started", "warning"]);
  });

  it("R-AGENT-12: a look that takes long holds no agent up", async () => {
    const w = await setUp();
    await w.clock.advance(10_000);
    void w.log.exclusive(() => new Promise<void>(() => undefined));
    let over = false;
    const looked = w.outbox.look().then(() => {
      over = true;
    });
    await w.clock.advance(9_999);
    expect(over).toBe(false);
    await w.clock.advance(1);
    await looked;
  });

  it("what this job says while it takes requests in stands behind them, in its own state too", async () => {
    const w = await setUp();
    await w.log.exclusive(async () => {
      w.log.push({ event: "cancellation_requested", reason: "said meanwhile", by: "ada" });
      void w.log.flush();
      w.log.rebase(await w.ledger.read());
    });
    expect(w.log.state.stop?.reason).toBe("said meanwhile");
    await w.log.flush();
    expect((await w.ledger.read()).events.map(({ event }) => event)).toEqual([
      "run_started",
      "cancellation_requested",
    ]);
  });

  it("stops being pushed when somebody else decides for the run", async () => {
    const w = await setUp();
    const other = await w.other();
    const { tip } = await other.read();
    const claim = { event: "hop_started", hop: 1, epoch: 2, by: { run_id: "9", attempt: 1 } };
    await other.append(tip, [
      {
        ts: new Date(1).toISOString(),
        event: "hop_planned",
        hop: 1,
        epoch: 2,
        plan: { kind: "trunk" },
        why: "x",
      },
      { ts: new Date(1).toISOString(), ...claim },
    ]);
    w.log.push(note("mine"));
    await w.log.flush();
    await w.outbox.push();
    expect(w.superseded()).toBe(1);
    expect(await w.remoteNames()).toEqual(["run_started", "hop_planned", "hop_started"]);
  });
});
