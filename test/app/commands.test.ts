import { describe, expect, it } from "vitest";
import type { RunEvent } from "../../engine/core/events.ts";
import { executeCommand } from "../../github/commands/execute.ts";
import { GATE, TWO } from "./command-graphs.ts";
import { scene } from "./support/scene.ts";
import { second } from "./support/second.ts";

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
});
