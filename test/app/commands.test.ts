import { describe, expect, it } from "vitest";
import type { RunEvent } from "../../engine/core/events.ts";
import { executeCommand } from "../../github/commands/execute.ts";
import { scene } from "./support/scene.ts";
import { second } from "./support/second.ts";

const TWO = `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
  first [shape=parallelogram, tool_command="x"]; second [shape=parallelogram, tool_command="x"]
  start -> first -> second -> exit }`;
const GATE = `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
  ask [shape=hexagon, label="Ship it?"]; ship [shape=parallelogram, tool_command="x"]; drop [shape=parallelogram, tool_command="x"]
  start -> ask; ask -> ship [label="[S] Ship"]; ask -> drop [label="[D] Drop"]; ship -> exit; drop -> exit }`;
const FREE = GATE.replace('label="Ship it?"', 'label="Ship it?", human.freeform=true');
const answers = (log: readonly RunEvent[]) => log.filter((line) => line.event === "human_gate_answered");

describe("commands on a pull request", () => {
  it("R-GH-4: run starts at once with a reaction, a check and one sticky comment; the run ends there", async () => {
    const s = await scene(TWO);
    const id = await s.comment("/attractor run g.dot");
    await s.settle();
    expect(s.failures).toEqual([]);
    expect(s.reactions(id)).toEqual(["eyes"]);
    expect((await s.log(`c${id}`)).at(-1)).toMatchObject({ event: "run_completed" });
    expect(s.sticky(`c${id}`)).toContain("succeeded");
    expect(s.checks(`c${id}`)).toMatchObject([{ conclusion: "success" }]);
    expect(s.replies()).toEqual([]);
    s.box.assertClean();
  });

  it("R-LIFE-6: cancel stops the workflow run that holds the hop, and the run ends canceled", async () => {
    const s = await scene(TWO);
    s.hops.says = (node) => (node === "second" ? "hang" : "success");
    const id = await s.comment("/attractor run g.dot");
    await s.until(() => s.hops.ran.includes("second"));
    await s.comment("/attractor cancel");
    await s.settle();
    expect(s.failures).toEqual([]);
    expect(s.box.requests.filter((one) => one.op === "actions/cancel-workflow-run")).not.toHaveLength(0);
    expect((await s.log(`c${id}`)).at(-1)).toMatchObject({
      event: "run_canceled",
      reason: "canceled by @ada",
    });
    const [hop] = s.repository.runs.values();
    expect(hop?.attempts.at(-1)?.conclusion).toBe("cancelled");
    await s.comment("/attractor cancel");
    await s.settle();
    expect(s.replies()).toEqual([
      expect.stringMatching(`^Run <code>c${id}</code> is being canceled: `),
      expect.stringContaining("has ended already (canceled)"),
    ]);
    s.box.assertClean();
  });

  it("R-LIFE-2: resume goes on where a run failed, by comment and by re-requesting the check; what is done stays done", async () => {
    const s = await scene(TWO);
    s.hops.says = (node, nth) => (node === "second" && nth < 3 ? "fail" : "success");
    const id = await s.comment("/attractor run g.dot");
    await s.settle();
    expect((await s.log(`c${id}`)).at(-1)).toMatchObject({ event: "run_failed" });
    await s.comment("/attractor resume");
    await s.settle();
    expect((await s.log(`c${id}`)).at(-1)).toMatchObject({ event: "run_failed" });
    expect(s.replies()).toEqual([
      expect.stringMatching(/goes on; what succeeded stays done\. Before: second failed: second broke\./),
    ]);
    s.box.browser.rerequest(s.ada, s.checks(`c${id}`).at(-1)!);
    await s.settle();
    expect(s.failures).toEqual([]);
    expect((await s.log(`c${id}`)).at(-1)).toMatchObject({ event: "run_completed" });
    expect(s.hops.ran).toEqual(["first", "second", "second", "second"]);
    // The diagnosis stays when the run goes on.
    expect(s.sticky(`c${id}`)).toMatch(
      /succeeded[\s\S]*\*\*Earlier in this run\*\*\n- ❌ [^\n]*second failed: second broke; resumed by ada\n- ❌/,
    );
  });

  it("status shows the run anew, diagnose says why it failed", async () => {
    const s = await scene(TWO);
    s.hops.says = (node) => (node === "second" ? "fail" : "success");
    const id = await s.comment("/attractor run g.dot");
    await s.settle();
    const sticky = [...s.repository.comments.values()].find((one) => one.body.includes("attractor:run"))!;
    sticky.body = sticky.body.replace("failed", "was meddled with");
    await s.comment("/attractor status");
    await s.settle();
    expect(s.sticky(`c${id}`)).not.toContain("meddled");
    await s.comment("/attractor diagnose");
    await s.settle();
    expect(s.replies()).toEqual([
      expect.stringMatching(`^second failed: second broke \\(run <code>c${id}</code>\\)\\.`),
      expect.stringMatching(
        /^### ❌ second failed: second broke\n[\s\S]*then resume[\s\S]*nothing else that is unusual[\s\S]*as recorded/,
      ),
    ]);
  });

  it("R-GH-7: a question takes a label, an accelerator or a target; what matches nothing is refused; the second is told who was first", async () => {
    const s = await scene(GATE);
    const id = await s.comment("/attractor run g.dot");
    await s.settle();
    await s.comment("/attractor choose ask Perhaps");
    await s.settle();
    expect(s.replies().at(-1)).toMatch(
      /"Perhaps" is none of the choices of ask\/1: "\[S\] Ship", "\[D\] Drop"/,
    );
    await s.comment("/attractor choose nobody Ship");
    await s.settle();
    expect(s.replies().at(-1)).toContain("no gate nobody waits; waiting: ask/1");
    await Promise.all([s.comment("/attractor choose ask s"), s.comment("/attractor choose ask/1 Drop")]);
    await s.settle();
    const log = await s.log(`c${id}`);
    expect(answers(log)).toHaveLength(1);
    const [first] = answers(log);
    expect(s.replies().at(-1)).toMatch(
      /ask\/1 was answered already: ada said "\[[SD]\] (?:Ship|Drop)" \(comment\)/,
    );
    expect(log.at(-1)).toMatchObject({ event: "run_completed" });
    expect(s.hops.ran).toEqual([first && "label" in first && first.label === "[S] Ship" ? "ship" : "drop"]);
    s.box.assertClean();
  });

  it("R-GH-7: an answer that is older than the question is none of its", async () => {
    const s = await scene(GATE);
    const id = await s.comment("/attractor run g.dot");
    await s.settle();
    const repository = await second(s, (pass, ...asked) => pass(...asked));
    const answer = (commandId: string, saidAt: number) =>
      executeCommand(repository, {
        command: { verb: "choose", gate: "ask", label: "Ship", run: `c${id}` },
        ...{ pullRequest: null, actor: "ada", source: "dispatch", onHead: null, commandId, saidAt },
      });
    expect((await answer("r1", Date.now() - 600_000)).reply).toContain("was asked after that was said");
    expect(answers(await s.log(`c${id}`))).toEqual([]);
    expect((await answer("r2", Date.now())).reply).toBeNull();
    expect(answers(await s.log(`c${id}`))).toMatchObject([{ source: "dispatch", label: "[S] Ship" }]);
  });

  it("R-GH-7: free text answers where the author allows it", async () => {
    const s = await scene(FREE);
    const id = await s.comment("/attractor run g.dot");
    await s.settle();
    await s.comment("/attractor answer ask make it blue");
    await s.settle();
    expect(answers(await s.log(`c${id}`))).toMatchObject([{ text: "make it blue", by: "ada" }]);
  });

  it("R-GH-7: a new head voids the question: it is asked again there, answers about the old head are refused", async () => {
    const s = await scene(GATE);
    const id = await s.comment("/attractor run g.dot");
    await s.settle();
    const [old] = s.checks(`c${id}`);
    const head = await s.push("b.txt");
    await s.settle();
    expect(s.sticky(`c${id}`)).toContain(`the pull request's head is now \`${head.slice(0, 12)}\``);
    // A check that has completed stays as it is; a new one of its name says that the run goes on elsewhere.
    expect(old).toMatchObject({ conclusion: "action_required" });
    const there = s.checks(`c${id}`).filter((one) => one.suite.headSha === old?.suite.headSha);
    expect(there.at(-1)).toMatchObject({ conclusion: "neutral" });
    const fresh = s.checks(`c${id}`).at(-1)!;
    expect(fresh).toMatchObject({ conclusion: "action_required", suite: { headSha: head } });
    expect(fresh.actions.map((one) => one.label)).toEqual(["Ship", "Drop"]);
    // This push is not heard of: the answer finds it.
    s.box.faults.webhooks.lose = 1;
    const moved = await s.push("c.txt");
    await s.box.idle();
    s.box.faults.webhooks.lose = 0;
    await s.comment("/attractor choose ask Drop");
    await s.settle();
    expect(s.replies().at(-1)).toContain(`the head moved from ${head.slice(0, 12)} to ${moved.slice(0, 12)}`);
    expect(answers(await s.log(`c${id}`))).toEqual([]);
    const last = s.checks(`c${id}`).at(-1)!;
    s.box.browser.clickButton(s.ada, last, last.actions[0]!.identifier);
    await s.settle();
    expect(answers(await s.log(`c${id}`))).toMatchObject([{ head_sha: moved, by: "ada" }]);
    expect((await s.log(`c${id}`)).at(-1)).toMatchObject({ event: "run_completed" });
    expect(s.failures).toEqual([]);
    s.box.assertClean();
  });

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

  it("R-GH-8: who may not write gets a reaction, one line per pull request and no more than a few a minute; who may is obeyed all the same", async () => {
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

  it("R-GH-6: a comment that is delivered three times is obeyed and answered once", async () => {
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
