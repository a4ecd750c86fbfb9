import { Octokit } from "octokit";
import { describe, expect, it, onTestFinished } from "vitest";
import { startBox } from "../../box/server.ts";
import { openRef, trunkRef } from "../../engine/git/names.ts";
import { gitHub } from "../../github/api/request.ts";
import { apiLedger } from "../../github/ledger/api-ledger.ts";
import { type GitData, gitData } from "../../github/ledger/git-data.ts";
import { openRunIds } from "../../github/ledger/open-runs.ts";

const RUN = "c1";
const FIRST = { event: "run_started", ts: "2026-01-01T00:00:00.000Z", graph: "g.dot" };

class Death extends Error {}

/** A run whose creator dies at its nth ref, and whoever comes after. */
async function world(diesAt: number) {
  const box = await startBox({ limits: "off" });
  onTestFinished(() => box.close());
  const ada = box.user("ada");
  await box.createRepository({ owner: ada, name: "game", files: { "README.md": "# game\n" } });
  const octokit = new Octokit({ auth: box.tokenOf(ada), baseUrl: box.apiUrl, retry: { enabled: false } });
  const git = gitData(gitHub(octokit, "ada/game"));
  const open = (through: GitData) =>
    apiLedger({
      git: through,
      runId: RUN,
      ref: trunkRef("refs/attractor", RUN),
      openRef: openRef("refs/attractor", RUN),
      pause: () => Promise.reject(new Death()),
    });
  let refs = 0;
  const createRef: GitData["createRef"] = async (ref, sha) => {
    if (++refs >= diesAt) throw new Death();
    return git.createRef(ref, sha);
  };
  const dying = open({ ...git, createRef });
  await expect(dying.create([FIRST])).rejects.toThrow();
  return { git, next: open(git) };
}

describe("a creator that dies between the refs of a run", () => {
  it("R-GH-6: after the first, leaves a run that the sweep finds and that begins as it was asked", async () => {
    const { git, next } = await world(2);
    expect(await openRunIds(git)).toEqual([RUN]);
    const { events, tip } = await next.read();
    expect(events).toMatchObject([{ event: "run_started", run_id: RUN, graph: "g.dot" }]);
    expect(await git.ref(trunkRef("refs/attractor", RUN))).toBe(tip);
  });

  it("R-GH-6: before the first, leaves nothing", async () => {
    const { git, next } = await world(1);
    expect(await openRunIds(git)).toEqual([]);
    await expect(next.read()).rejects.toThrow(/has no log/);
    expect((await next.create([FIRST])).ok).toBe(true);
  });
});
