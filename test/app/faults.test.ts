import { describe, expect, it } from "vitest";
import { scene } from "./support/scene.ts";

const TWO = `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
  first [shape=parallelogram, tool_command="x"]; second [shape=parallelogram, tool_command="x"]
  start -> first -> second -> exit }`;
const FAN = `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
  par [shape=component]; join [shape=tripleoctagon]; a [shape=parallelogram, tool_command="x"]; b [shape=parallelogram, tool_command="x"]
  start -> par; par -> a -> join; par -> b -> join; join -> exit }`;

describe("the app when GitHub's words are lost, late, doubled or refused", () => {
  it("R-GH-6: what was sent while the app was down is asked for again at its start", async () => {
    const s = await scene(TWO, { started: false });
    const id = await s.comment("/attractor run g.dot");
    await s.box.idle();
    await s.start();
    await s.settle();
    expect((await s.log(`c${id}`)).at(-1)).toMatchObject({ event: "run_completed" });
    expect(s.records.find((one) => one.message === "started")).toMatchObject({
      redelivered: expect.any(Number),
    });
    expect(s.failures).toEqual([]);
    s.box.assertClean();
  });

  it("R-GH-6: with every webhook lost the sweep alone brings the run to its end", async () => {
    const s = await scene(TWO);
    s.hops.loses = (run) => run.number === 1;
    const id = await s.comment("/attractor run g.dot");
    await s.until(() => s.repository.runs.size > 0);
    s.box.faults.webhooks.lose = 1;
    for (let sweeps = 0; sweeps < 6; sweeps++) {
      await s.settle();
      await s.app!.sweep();
    }
    const log = await s.log(`c${id}`);
    expect(log.at(-1)).toMatchObject({ event: "run_completed" });
    expect(log.filter((line) => line.event === "hop_lost")).toHaveLength(1);
    expect(s.sticky(`c${id}`)).toContain("succeeded");
  });

  it("R-GH-6: doubled and reordered webhooks change nothing", async () => {
    const s = await scene(FAN);
    Object.assign(s.box.faults.webhooks, { duplicate: 0.7, reorder: 0.5 });
    const id = await s.comment("/attractor run g.dot");
    await s.settle();
    s.box.faults.webhooks.reorder = 0;
    await s.app!.sweep();
    await s.settle();
    const log = await s.log(`c${id}`);
    expect(log.at(-1)).toMatchObject({ event: "run_completed" });
    expect(s.hops.ran.toSorted()).toEqual(["a", "b", "join"]);
    expect(log.filter((line) => line.event === "fanout_joined")).toHaveLength(1);
    expect([...s.repository.comments.values()].filter((one) => one.body.startsWith("<!--"))).toHaveLength(1);
    expect(s.checks(`c${id}`)).toHaveLength(1);
  });

  it("R-GH-6: answers of GitHub that are lost after it did what was asked do not double anything", async () => {
    const s = await scene(TWO);
    const installation = (op: string) => op;
    for (const on of ["git/update-ref", "actions/create-workflow-dispatch", "git/create-ref"] as const)
      s.box.faults.add({ kind: "error-after", on: installation(on) as typeof on });
    const id = await s.comment("/attractor run g.dot");
    await s.settle();
    await s.app!.sweep();
    await s.settle();
    const log = await s.log(`c${id}`);
    expect(log.at(-1)).toMatchObject({ event: "run_completed" });
    expect(s.hops.ran).toEqual(["first", "second"]);
  });

  it("a secondary limit delays and loses nothing; a token that expired is drawn anew", async () => {
    const s = await scene(TWO);
    s.box.faults.add({ kind: "secondary-limit", on: "issues/create-comment", skip: 1, retryAfterSeconds: 1 });
    s.box.faults.add({ kind: "bad-credentials", on: "git/create-tree" });
    const id = await s.comment("/attractor run g.dot");
    await s.until(async () => (await s.log(`c${id}`).catch(() => [])).at(-1)?.event === "run_completed");
    await s.until(() => s.sticky(`c${id}`)?.includes("succeeded") ?? false);
    expect(s.box.requests.some((one) => one.status === 401)).toBe(true);
    expect(s.failures).toEqual([]);
  });
});
