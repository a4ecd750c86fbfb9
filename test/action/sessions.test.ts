/** Conversations from one job to the next, over real git. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSessions } from "../../action/work/sessions.ts";
import { keepSession, loadSession } from "../../engine/agents/sessions/store.ts";
import { prepare } from "../../engine/graph/prepare.ts";
import { type HopWorld, openHopWorld, RUN } from "./open-hop-world.ts";

let world: HopWorld;
beforeAll(async () => {
  world = await openHopWorld(1);
});
afterAll(() => world.close());

const graph = (fidelity: string) =>
  prepare(
    `digraph g { start [shape=Mdiamond]; exit [shape=Msquare]; it [prompt=x, fidelity=${fidelity}]; start -> it -> exit }`,
  ).pipeline!;

/** A job on a machine of its own. */
async function job(focus?: string, given: { fidelity?: string; readOnly?: string } = {}) {
  const root = mkdtempSync(join(tmpdir(), "sessions-"));
  const { remote, inputs, say } = await world.ports({
    part: "branch",
    "read-only": given.readOnly ?? "none",
  });
  const notices: string[] = [];
  const ports = { remote, inputs, say: { ...say, notice: (text: string) => void notices.push(text) } };
  const pipeline = graph(given.fidelity ?? "full");
  const at = await openSessions(ports, {
    runId: RUN,
    pipeline,
    root,
    ...(focus === undefined ? {} : { focus }),
  });
  const session = (data: string) => ({ backend: "own", provider: "own", model: null, data });
  return {
    root,
    notices,
    keep: at.keep,
    say: async (data: string, thread = "t") => {
      await keepSession({ logsRoot: root, scope: focus ?? "", thread }, session(data), (text) => text);
      await at.keep();
    },
    hear: async (thread = "t") =>
      (await loadSession({ logsRoot: root, scope: focus ?? "", thread }))?.data ?? null,
  };
}

describe("R-CTX-2: a conversation goes on in another job", () => {
  it("of the trunk, and of a branch, which begins with the trunk's and keeps its own", async () => {
    const first = await job();
    expect(await first.hear()).toBeNull();
    await first.say("one");
    await first.say("two");
    const leg = await job("par/1/b1");
    expect(await leg.hear()).toBe("two");
    await leg.say("of the branch");
    expect(await (await job()).hear()).toBe("two");
    const later = await job("par/1/b1");
    expect(await later.hear()).toBe("of the branch");
    expect(await (await job("par/1/b2")).hear()).toBe("two");
    const refs = (await world.refs()).filter((ref) => ref.includes("/sessions/"));
    expect(refs).toEqual([
      expect.stringMatching(/^refs\/attractor\/r77\/sessions\/branch-par-1-b1-\w{8}$/),
      "refs/attractor/r77/sessions/trunk",
    ]);
    expect([...first.notices, ...leg.notices, ...later.notices]).toEqual([]);
  });

  it("is one commit: what was said before is in no history, and only what is new is pushed", async () => {
    const at = await job();
    await at.say("three");
    const before = world.calls();
    await at.keep();
    expect(world.calls()).toBe(before);
    const { repo } = world.remote;
    await repo.online(["fetch", "--quiet", repo.url, "+refs/attractor/r77/sessions/trunk:refs/test/s"]);
    expect((await repo.git(["rev-list", "--count", "refs/test/s"])).stdout.toString().trim()).toBe("1");
  });

  it("files that are none of ours, or too large, are left where they are", async () => {
    const at = await job();
    writeFileSync(join(at.root, "sessions", "zz.json"), "x".repeat(9 * 1024 * 1024));
    writeFileSync(join(at.root, "sessions", "not-ours.txt"), "x");
    await at.say("four");
    const next = await job();
    expect(await next.hear()).toBe("four");
    expect(readdirSync(join(next.root, "sessions"))).toHaveLength(1);
    rmSync(at.root, { recursive: true });
  });

  it("somebody else moved it: said once, and the run goes on", async () => {
    const [one, other] = [await job(), await job()];
    await one.say("five");
    await other.say("six");
    await other.say("seven");
    expect(other.notices).toEqual([expect.stringMatching(/^a conversation could not be carried over: /)]);
    expect(await (await job()).hear()).toBe("five");
  });

  it("a graph without one costs no call, nor does a job that may not write", async () => {
    const before = world.calls();
    const bare = await job(undefined, { fidelity: "compact" });
    const reading = await job(undefined, { readOnly: "all" });
    mkdirSync(join(reading.root, "sessions"));
    await Promise.all([bare.keep(), reading.keep()]);
    expect(world.calls()).toBe(before);
    expect(existsSync(join(bare.root, "sessions"))).toBe(false);
  });
});
