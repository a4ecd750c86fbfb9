import { describe, expect, it } from "vitest";
import type { FaultRule } from "../../box/faults/faults.ts";
import { type Scene, scene } from "./support/scene.ts";

const GATE = `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
  ask [shape=hexagon, label="Ship?"]; yes [shape=parallelogram, tool_command="x"]
  start -> ask; ask -> yes [label="[S] Ship"]; ask -> exit [label="[D] Drop"]; yes -> exit }`;

/** A run that waits for an answer, then the command under those faults, then sweeps until it is executed. */
async function commanded(s: Scene, words: string, rules: readonly FaultRule[]) {
  const run = await s.comment("/attractor run g.dot");
  await s.settle();
  expect((await s.log(`c${run}`)).at(-1)).toMatchObject({ event: "human_gate_waiting" });
  const back = rules.map((rule) => s.box.faults.add(rule));
  const said = await s.comment(words);
  await s.settle();
  for (const end of back) end();
  for (let sweeps = 0; sweeps < 3; sweeps++) {
    await s.app!.sweep();
    await s.settle();
  }
  return { said, log: await s.log(`c${run}`) };
}
const on = (kind: FaultRule["kind"], op: FaultRule["on"], times = 1): FaultRule => ({ kind, on: op, times });

/** An answer may be lost with the process or the call that would have given it; none comes twice, and none refuses. */
function answeredOnce(s: Scene, commands: readonly number[]): void {
  const answers = commands.map((id) => s.replies().filter((reply) => reply.endsWith(`answer:${id} -->`)));
  expect(s.replies()).toHaveLength(answers.flat().length);
  for (const each of answers) expect(each.length).toBeLessThanOrEqual(1);
  for (const reply of answers.flat()) expect(reply).toContain("is being canceled");
}

describe("a command under faults", () => {
  it.each([
    ["502 at the reaction", [on("error-before", "reactions/create-for-issue-comment")]],
    ["502 after the reaction was made", [on("error-after", "reactions/create-for-issue-comment")]],
    ["the connection drops at the reaction", [on("drop-after", "reactions/create-for-issue-comment")]],
    [
      "the question of permission fails for as long as anybody asks",
      [on("error-before", "repos/get-collaborator-permission-level", 100)],
    ],
    ["refs cannot be listed", [on("error-before", "git/list-matching-refs", 100)]],
    ["the append fails", [on("error-before", "git/create-tree", 100)]],
    ["its answer is lost", [on("drop-after", "git/update-ref", 100)]],
    [
      "nothing can be read or written",
      [on("error-before", "reads", 1000), on("error-before", "git/create-tree", 1000)],
    ],
  ])(
    "R-GH-24: %s: the command is executed once, and has its reaction",
    async (_, rules) => {
      const s = await scene(GATE);
      const { said, log } = await commanded(s, "/attractor cancel", rules);
      expect(log.filter((line) => line.event === "cancellation_requested")).toHaveLength(1);
      expect(log.at(-1)).toMatchObject({ event: "run_canceled" });
      expect(s.reactions(said)).toEqual(["eyes"]);
      answeredOnce(s, [said]);
    },
    60_000,
  );

  it.each([1, 2])(
    "R-GH-24: with a fifth of all calls faulty in five ways every command is executed once (seed %i)",
    async (seed) => {
      const s = await scene(GATE, { seed });
      const kinds = ["error-before", "error-after", "drop-before", "drop-after", "bad-credentials"] as const;
      const back = kinds.map((kind) => s.box.faults.add({ kind, on: OF_THE_APP, chance: 0.04, times: 1e6 }));
      const said: { run: number; cancel: number }[] = [];
      for (let n = 0; n < 3; n++) {
        const run = await s.comment("/attractor run g.dot");
        await until(s, async () => (await logOf(s, run)).length > 0);
        said.push({ run, cancel: await s.comment(`/attractor cancel c${run}`) });
      }
      for (const end of back) end();
      for (const { run, cancel } of said) {
        await until(s, async () => (await logOf(s, run)).at(-1)?.event === "run_canceled");
        await until(s, async () => [run, cancel].every((id) => s.reactions(id).includes("eyes")));
        const log = await s.log(`c${run}`);
        expect(log.filter((line) => line.event === "run_started")).toHaveLength(1);
        expect(log.filter((line) => line.event === "cancellation_requested")).toHaveLength(1);
      }
      answeredOnce(
        s,
        said.map(({ cancel }) => cancel),
      );
    },
    240_000,
  );

  it("R-GH-24: a refusal is said once, and what was refused is not executed when it is found again", async () => {
    const s = await scene(GATE);
    const one = await s.comment("/attractor run g.dot");
    const two = await s.comment("/attractor run g.dot");
    await s.settle();
    s.box.faults.add(on("error-before", "reactions/create-for-issue-comment", 2));
    await s.comment("/attractor cancel");
    await s.settle();
    expect(s.replies()).toEqual([expect.stringContaining("several runs; name one")]);
    await s.comment(`/attractor cancel c${one}`);
    await s.settle();
    // Another process, which remembers nothing, and by now the refused command would mean one run.
    await s.app!.close();
    await s.start();
    await s.settle();
    await s.app!.sweep();
    await s.settle();
    expect((await s.log(`c${two}`)).at(-1)).toMatchObject({ event: "human_gate_waiting" });
    expect(s.replies().slice(1)).toEqual([expect.stringContaining("is being canceled")]);
  }, 120_000);

  it("R-GH-24: a command that is sent again, or found again, reaches no run that began after it was said", async () => {
    const s = await scene(GATE);
    const one = await s.comment("/attractor run g.dot");
    await s.settle();
    const cancel = await s.comment("/attractor cancel");
    await s.settle();
    const two = await s.comment("/attractor run g.dot");
    await s.settle();
    const sent = [...s.box.world.deliveries.values()].find(({ body }) => body.includes(`"id":${cancel},`));
    await s.app!.close();
    await s.start();
    s.box.world.redeliver(sent!);
    await s.settle();
    expect((await s.log(`c${one}`)).at(-1)).toMatchObject({ event: "run_canceled" });
    expect((await s.log(`c${two}`)).at(-1)).toMatchObject({ event: "human_gate_waiting" });
  }, 120_000);

  it("R-GH-24: edited and deleted comments, quotes and people who may not write stay unheard in a sweep", async () => {
    const s = await scene(GATE, { started: false });
    const rita = s.box.user("rita");
    s.box.setRole(s.repository, rita, "read");
    s.box.faults.webhooks.lose = 1;
    const kept = await s.comment("/attractor run g.dot");
    const one = "/repos/{owner}/{repo}/issues/comments/{comment_id}";
    const at = { owner: "ada", repo: "game" };
    const edited = await s.comment("hello");
    s.box.clock.advance(2000);
    await s.as(s.ada).request(`PATCH ${one}`, { ...at, comment_id: edited, body: "/attractor run g.dot" });
    const deleted = await s.comment("/attractor run g.dot");
    await s.as(s.ada).request(`DELETE ${one}`, { ...at, comment_id: deleted });
    const stranger = await s.comment("/attractor run g.dot", rita);
    const quoted = await s.comment("> /attractor run g.dot");
    await s.start();
    await s.settle();
    for (const id of [edited, deleted, stranger, quoted]) expect(await logOf(s, id)).toEqual([]);
    expect((await s.log(`c${kept}`)).at(-1)).toMatchObject({ event: "human_gate_waiting" });
    expect(s.reactions(stranger)).toEqual(["-1"]);
  }, 120_000);

  it("a comment on a plain issue is no error: a writer is told where runs live, a stranger's talk costs no call", async () => {
    const s = await scene(GATE);
    const issue = s.box.openIssue(s.repository, s.ada, "a question");
    const path = "POST /repos/{owner}/{repo}/issues/{issue_number}/comments";
    const at = { owner: "ada", repo: "game", issue_number: issue };
    await s.as(s.box.user("eve")).request(path, { ...at, body: "nice weather" });
    await s.settle();
    await s.as(s.ada).request(path, { ...at, body: "/attractor run g.dot" });
    await s.settle();
    expect(s.replies()).toEqual([expect.stringContaining("runs live on pull requests")]);
    expect(s.failures).toEqual([]);
  }, 120_000);
});

const logOf = (s: Scene, run: number) => s.log(`c${run}`).catch(() => []);

const OF_THE_APP = [
  "repos/get-collaborator-permission-level",
  "reactions/create-for-issue-comment",
  "git/list-matching-refs",
  "git/get-ref",
  "git/get-tree",
  "git/get-blob",
  "git/create-tree",
  "git/create-commit",
  "git/create-ref",
  "git/update-ref",
  "issues/list-comments",
  "issues/list-comments-for-repo",
  "pulls/get",
  "checks/create",
  "checks/update",
  "repos/get-content",
] as const;

/** The test's own reads meet the faults too: one that says so is enough. */
async function until(s: Scene, what: () => Promise<boolean>): Promise<void> {
  for (let sweeps = 0; sweeps < 60; sweeps++) {
    if (await what()) return;
    await s.app!.sweep().catch(() => undefined);
    await s.settle();
  }
  throw new Error("it did not come about in 60 sweeps");
}
