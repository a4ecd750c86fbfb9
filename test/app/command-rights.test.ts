import { describe, expect, it } from "vitest";
import { GATE, TWO } from "./command-graphs.ts";
import { scene } from "./support/scene.ts";

describe("who may command what", () => {
  it("R-GH-8: quoted, fenced, edited and bot comments do nothing; people who may not write are told, once", async () => {
    const s = await scene(TWO);
    const eve = s.box.user("eve");
    const rita = s.box.user("rita");
    s.box.setRole(s.repository, rita, "read");
    await s.comment("> /attractor run g.dot");
    await s.comment("```\n/attractor run g.dot\n```");
    const edited = await s.comment("nothing yet");
    await s.as(s.ada).request("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", {
      owner: "ada",
      repo: "game",
      comment_id: edited,
      body: "/attractor run g.dot",
    });
    await s.settle();
    expect(
      s.box.requests.filter((one) => one.caller.startsWith("installation") && one.method !== "GET"),
    ).toEqual([]);
    for (const stranger of [rita, ...(s.repository.private ? [] : [eve])]) {
      const id = await s.comment("/attractor run g.dot", stranger);
      await s.settle();
      expect(s.reactions(id)).toEqual(["-1"]);
      expect(s.replies().at(-1)).toContain("people who may write");
    }
    expect([...s.repository.runs.values()]).toEqual([]);
  });

  it("R-GH-8: who may not write gets a reaction, one line per pull request and no more than a few a minute; commands of those who may are executed all the same", async () => {
    const s = await scene(TWO);
    const rita = s.box.user("rita");
    s.box.setRole(s.repository, rita, "read");
    const said = (ids: readonly number[]) => ids.flatMap((id) => s.reactions(id));
    const first = [
      await s.comment("/attractor run g.dot", rita),
      await s.comment("/attractor nonsense", rita),
    ];
    await s.settle();
    expect(said(first)).toEqual(["-1", "-1"]);
    expect(s.replies()).toEqual([expect.stringContaining("people who may write")]);
    // Another process knows nothing of the first one's words but what the pull request shows.
    await s.app!.close();
    await s.start();
    const flood: number[] = [];
    for (let n = 0; n < 12; n++) flood.push(await s.comment("/attractor help", rita));
    const id = await s.comment("/attractor run g.dot");
    await s.settle();
    expect(said(flood)).toEqual(["-1", "-1", "-1", "-1", "-1"]);
    expect(s.replies()).toHaveLength(1);
    expect((await s.log(`c${id}`)).at(-1)).toMatchObject({ event: "run_completed" });
    expect(s.failures).toEqual([]);
  });

  it("R-GH-8: the code of a fork does not run", async () => {
    const s = await scene(TWO);
    const eve = s.box.user("eve");
    const fork = await s.box.fork(s.repository, eve);
    await s.box.commit(fork, { by: eve, branch: "evil", message: "m", files: { "a.txt": "2" } });
    const { data } = await s.as(eve).request("POST /repos/{owner}/{repo}/pulls", {
      owner: "ada",
      repo: "game",
      title: "t",
      head: "eve:evil",
      base: "main",
    });
    await s.as(s.ada).request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
      owner: "ada",
      repo: "game",
      issue_number: data.number,
      body: "/attractor run g.dot",
    });
    await s.settle();
    expect(s.replies()).toEqual([expect.stringContaining("comes from a fork")]);
    expect([...s.repository.runs.values()]).toEqual([]);
  });

  it("R-GH-13: with several runs a command takes a run id and refuses to guess", async () => {
    const s = await scene(GATE);
    const one = await s.comment("/attractor run g.dot");
    const two = await s.comment("/attractor run g.dot");
    await s.settle();
    await s.comment("/attractor choose ask Ship");
    await s.settle();
    expect(s.replies().at(-1)).toContain("several runs; name one");
    expect(s.replies().at(-1)).toContain(`c${one}`);
    await s.comment(`/attractor choose ask Ship --run c${two}`);
    await s.settle();
    expect((await s.log(`c${two}`)).at(-1)).toMatchObject({ event: "run_completed" });
    expect((await s.log(`c${one}`)).at(-1)).toMatchObject({ event: "human_gate_waiting" });
    await s.comment("/attractor cancel");
    await s.settle();
    expect((await s.log(`c${one}`)).at(-1)).toMatchObject({ event: "run_canceled" });
    await s.comment("/attractor resume");
    await s.settle();
    expect(s.replies().at(-1)).toContain("several runs; name one");
    await s.comment("/attractor cancel c999");
    await s.settle();
    expect(s.replies().at(-1)).toContain("no run `c999`");
  });

  it("R-GH-13: runs of a repository are bounded", async () => {
    const s = await scene(GATE);
    await s.comment("/attractor run g.dot");
    await s.settle();
    const git = `refs/attractor`;
    const sha =
      s.box.requests.length > 0
        ? (
            await s.as(s.ada).request("GET /repos/{owner}/{repo}/git/ref/{ref}", {
              owner: "ada",
              repo: "game",
              ref: "heads/main",
            })
          ).data.object.sha
        : "";
    for (let n = 0; n < 19; n++) {
      await s.as(s.ada).request("POST /repos/{owner}/{repo}/git/refs", {
        owner: "ada",
        repo: "game",
        ref: `${git}/x${n}/open`,
        sha,
      });
    }
    await s.comment("/attractor run g.dot");
    await s.settle();
    expect(s.replies()).toEqual([expect.stringContaining("20 runs are going on")]);
  });

  it("an unknown command suggests the nearest, help fits one screen, a graph that is not there says so", async () => {
    const s = await scene(TWO);
    const id = await s.comment("/attractor canel");
    await s.settle();
    expect(s.reactions(id)).toEqual(["confused"]);
    expect(s.replies().at(-1)).toContain("did you mean `/attractor cancel`?");
    await s.comment("/attractor help");
    await s.settle();
    expect(s.replies().at(-1)!.split("\n").length).toBeLessThan(12);
    await s.comment("/attractor run missing.dot");
    await s.settle();
    expect(s.replies().at(-1)).toContain("there is no graph missing.dot on the base ref");
  });

  it("R-GH-6: a comment that is delivered three times is executed and answered once", async () => {
    const s = await scene(TWO);
    s.hops.says = (node, nth) => (node === "second" && nth === 1 ? "fail" : "success");
    s.box.faults.webhooks.duplicate = 1;
    const id = await s.comment("/attractor run g.dot");
    await s.settle();
    expect((await s.log(`c${id}`)).at(-1)).toMatchObject({ event: "run_failed" });
    await s.comment("/attractor resume");
    await s.settle();
    await s.comment("/attractor help");
    await s.settle();
    const log = await s.log(`c${id}`);
    expect(log.filter((line) => line.event === "run_resumed")).toHaveLength(1);
    expect(log.filter((line) => line.event === "run_started")).toHaveLength(1);
    expect(s.hops.ran).toEqual(["first", "second", "second"]);
    expect(s.replies()).toEqual([expect.stringContaining("goes on"), expect.stringContaining("shows this")]);
    expect([...s.repository.comments.values()].filter((one) => one.body.startsWith("<!--"))).toHaveLength(1);
    expect(s.failures).toEqual([]);
  });
});
