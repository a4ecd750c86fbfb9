import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { reportOf } from "../../engine/report/from-state.ts";
import { type GitHub, gitHub } from "../../github/api/request.ts";
import { restOf, restRef } from "../../github/ledger/resting-runs.ts";
import { runCheck } from "../../github/notify/check.ts";
import { run } from "../core/world.ts";
import { type Scene, scene } from "./support/scene.ts";

const GATE = `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
  ask [shape=hexagon, label="Ship?"]; yes [shape=parallelogram, tool_command="x"]
  start -> ask; ask -> yes [label="[S] Ship"]; ask -> exit [label="[D] Drop"]; yes -> exit }`;

/** What the app asks while something is done. */
async function callsOf(s: Scene, work: () => Promise<unknown>): Promise<{ op: string; method: string }[]> {
  const before = s.box.requests.length;
  await work();
  await s.settle();
  return s.box.requests
    .slice(before)
    .filter(({ caller }) => /^(?:installation|app)/.test(caller))
    .map(({ op = "", method }) => ({ op, method }));
}
const told = (calls: readonly { op: string; method: string }[]) => calls.map(({ op }) => op).join("\n");
/** A token and a delivery are asked for by POST, and nothing changes by that. */
const writes = (calls: readonly { op: string; method: string }[]) =>
  calls.filter(({ op, method }) => method !== "GET" && !op.startsWith("apps/"));

describe("runs that wait", () => {
  it("R-GH-25: cost a sweep nothing, and a restart writes nothing again, until the head, the time or an answer is news", async () => {
    const s = await scene(GATE);
    const ids: number[] = [];
    for (let n = 0; n < 8; n++) ids.push(await s.comment("/attractor run g.dot"));
    await s.settle();
    // What took too long to be acknowledged is sent again once.
    await callsOf(s, () => s.app!.sweep());
    const swept = await callsOf(s, () => s.app!.sweep());
    expect(swept.length, told(swept)).toBeLessThanOrEqual(7);
    expect(writes(swept)).toEqual([]);
    await s.app!.close();
    const restarted = await callsOf(s, () => s.start());
    expect(restarted.length, told(restarted)).toBeLessThanOrEqual(20);
    expect(writes(restarted)).toEqual([]);

    // A push that nobody hears of.
    s.box.faults.webhooks.lose = 1;
    const head = await s.push("b.txt");
    await s.box.idle();
    s.box.faults.webhooks.lose = 0;
    await s.app!.sweep();
    await s.settle();
    for (const id of ids)
      expect((await s.log(`c${id}`)).at(-1)).toMatchObject({ event: "human_gate_waiting", head_sha: head });
    const after = await callsOf(s, () => s.app!.sweep());
    expect(after.length, told(after)).toBeLessThanOrEqual(7);

    await s.comment(`/attractor choose ask Ship --run c${ids[0]}`);
    await s.settle();
    expect((await s.log(`c${ids[0]}`)).at(-1)).toMatchObject({ event: "run_completed" });
    expect(restsOf(s, `c${ids[0]}`)).toEqual([]);
    expect(restsOf(s, `c${ids[1]}`)).toHaveLength(1);
    expect(s.failures).toEqual([]);
  }, 240_000);

  it("R-GH-25: a thousand of them cost a sweep at most 20 calls, after a restart too, and a comment is heard meanwhile", async () => {
    const s = await scene(GATE);
    const first = await s.comment("/attractor run g.dot");
    await s.settle();
    const [rest] = restsOf(s, `c${first}`);
    const tip = git(s, "rev-parse", `refs/attractor/c${first}/trunk`);
    const refs = Array.from({ length: 1000 }, (_, n) => `refs/attractor/c${first}${n}`);
    const name = rest!.split("/").at(-1);
    const input = refs.flatMap((ref) => [
      `create ${ref}/trunk ${tip}`,
      `create ${ref}/open ${tip}`,
      `create ${ref}/rest/${name} ${tip}`,
    ]);
    execFileSync("git", ["update-ref", "--stdin"], {
      cwd: s.repository.gitDir,
      input: `${input.join("\n")}\n`,
    });
    const swept = await callsOf(s, () => s.app!.sweep());
    expect(swept.length, told(swept)).toBeLessThanOrEqual(20);
    await s.app!.close();
    const restarted = await callsOf(s, async () => {
      await s.start();
      const said = await s.comment("/attractor help");
      await s.until(() => s.reactions(said).length > 0);
    });
    const ofTheComment = 5;
    expect(restarted.length, told(restarted)).toBeLessThanOrEqual(20 + ofTheComment);
    expect(s.failures).toEqual([]);
  }, 240_000);

  it("R-GH-25: one that cannot be read is tried ever less often, and holds up no other", async () => {
    const s = await scene(GATE);
    const fine = await s.comment("/attractor run g.dot");
    await s.settle();
    const tip = git(s, "rev-parse", "refs/heads/main");
    for (const what of ["trunk", "open"]) git(s, "update-ref", `refs/attractor/cbroken/${what}`, tip);
    const tried: number[] = [];
    for (let n = 0; n < 8; n++) {
      const before = s.failures.length;
      await s.app!.sweep();
      if (s.failures.length > before) tried.push(n);
    }
    expect(tried).toEqual([0, 1, 3, 7]);
    expect((await s.log(`c${fine}`)).at(-1)).toMatchObject({ event: "human_gate_waiting" });
  }, 120_000);

  it("R-GH-25: sweeps do not overlap: whoever asks during one gets the one after it", async () => {
    const s = await scene(GATE);
    const calls = await callsOf(s, async () => {
      const before = s.box.requests.length;
      const first = s.app!.sweep();
      await s.until(() => s.box.requests.length > before);
      await Promise.all([first, ...[1, 2, 3, 4].map(() => s.app!.sweep())]);
    });
    expect(calls.filter(({ op }) => op === "apps/list-installations")).toHaveLength(2);
  }, 60_000);

  it("R-GH-25: a token that died stops no sweep", async () => {
    const s = await scene(GATE);
    await s.comment("/attractor run g.dot");
    await s.settle();
    for (const token of s.box.world.tokens.values())
      if (token.principal.kind === "installation") token.revoked = true;
    const calls = await callsOf(s, () => s.app!.sweep());
    expect(told(calls)).toContain("git/list-matching-refs");
    expect(s.failures).toEqual([]);
  }, 120_000);

  it("R-GH-25: a push to a fork costs no call, and one to a branch reads no other pull request's runs", async () => {
    const s = await scene(GATE);
    await s.comment("/attractor run g.dot");
    await s.settle();
    const eve = s.box.user("eve");
    const fork = await s.box.fork(s.repository, eve);
    await s.box.commit(fork, { by: eve, branch: "evil", message: "m", files: { "a.txt": "2" } });
    const open = "POST /repos/{owner}/{repo}/pulls";
    const at = { owner: "ada", repo: "game", title: "t", base: "main" };
    await s.as(eve).request(open, { ...at, head: "eve:evil" });
    await s.box.commit(s.repository, { by: s.ada, branch: "other", message: "m", files: { "o.txt": "1" } });
    await s.as(s.ada).request(open, { ...at, head: "other" });
    await s.settle();
    const strange = await callsOf(s, () =>
      s.box.commit(fork, { by: eve, branch: "evil", message: "m", files: { "a.txt": "3" } }),
    );
    expect(strange).toEqual([]);
    const own = await callsOf(s, () =>
      s.box.commit(s.repository, { by: s.ada, branch: "other", message: "m", files: { "o.txt": "2" } }),
    );
    expect(own.map(({ op }) => op)).toEqual(["pulls/get", "git/list-matching-refs"]);
  }, 120_000);

  it("R-GH-25: a check is found among more than a hundred of its name, and what stands is not written again", async () => {
    const asked: string[] = [];
    const check = (id: number) => ({
      ...{ id, name: "attractor: g", external_id: `c${id}`, status: "completed", conclusion: "success" },
      output: { title: "Succeeded in 1 ms", summary: "done" },
    });
    const all = Array.from({ length: 250 }, (_, n) => check(n));
    const github: GitHub = gitHub(
      {
        request: async (route, { page, per_page } = {}) => {
          asked.push(route.split(" ")[0] ?? "");
          if (!route.startsWith("GET")) return { status: 200, data: check(240) };
          const from = (Number(page) - 1) * Number(per_page);
          return { status: 200, data: { check_runs: all.slice(from, from + Number(per_page)) } };
        },
      },
      "ada/game",
    );
    const { state, pipeline } = run(GATE);
    const shown = reportOf(state, pipeline, { findings: [], next: [], links: [] });
    const report = { ...shown, runId: "c240", status: "success" as const, durationMs: 1 };
    const one = runCheck(github, { headSha: "a".repeat(40), detailsUrl: null, fresh: false, buttons: true });
    await one.write(report, "done");
    expect(asked).toEqual(["GET", "GET", "GET"]);
    await one.write(report, "done, and more");
    expect(asked.at(-1)).toBe("PATCH");
  });

  it("the name of a ref says until when a run rests, and about which head it asks", () => {
    const pull = { number: 12, head: "a".repeat(40) };
    for (const rest of [
      { until: 1_767_225_600_000, pull },
      { until: 1_767_225_600_000, pull: null },
    ])
      expect(restOf(restRef("refs/attractor", "c1", rest).split("/").at(-1)!)).toEqual(rest);
    for (const name of ["", "x", "1-2", "1-2-3", `1-2-${"g".repeat(40)}`]) expect(restOf(name)).toBeNull();
  });
});

const git = (s: Scene, ...argv: string[]): string =>
  execFileSync("git", argv, { cwd: s.repository.gitDir, encoding: "utf8" }).trim();

const restsOf = (s: Scene, run: string): string[] =>
  git(s, "for-each-ref", "--format=%(refname)", `refs/attractor/${run}/rest/`)
    .split("\n")
    .filter((ref) => ref !== "");
