import { expect, it } from "vitest";
import { scene } from "./support/scene.ts";

const fanOf = (branches: number): string => {
  const ids = Array.from({ length: branches }, (_, i) => `b${i}`);
  const nodes = ids.map((id) => `${id} [shape=parallelogram, tool_command="x"]; par -> ${id} -> join`);
  return `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
    pre [shape=parallelogram, tool_command="x"]; par [shape=component]; join [shape=tripleoctagon]
    post [shape=parallelogram, tool_command="x"]; ${nodes.join("; ")}
    start -> pre -> par; join -> post -> exit }`;
};
const VISIBLE = /create-workflow-dispatch|issues\/(?:create|update)-comment|checks\/(?:create|update)/;

it.each([1, 4, 40])(
  "each hop costs at most 12 requests, three of them seen by people, with %i branches",
  async (branches) => {
    const s = await scene(fanOf(branches));
    s.hops.unseenLegs = true;
    const id = await s.comment("/attractor run g.dot");
    await s.settle();
    const log = await s.log(`c${id}`);
    expect(log.at(-1)).toMatchObject({ event: "run_completed" });
    const hops: string[][] = [];
    for (const { op = "", caller } of s.box.requests) {
      if (!caller.startsWith("installation")) continue;
      if (op === "actions/create-workflow-dispatch") hops.push([]);
      hops.at(-1)?.push(op);
    }
    // The last is for the job that leaves the end as an artifact.
    expect(hops).toHaveLength(log.filter((line) => line.event === "hop_started").length + 1);
    expect(hops.at(-1)?.length, hops.at(-1)?.join("\n")).toBeLessThanOrEqual(3);
    for (const ops of hops) {
      expect(ops.filter((op) => VISIBLE.test(op)).length, ops.join("\n")).toBeLessThanOrEqual(3);
      // Settle makes one file of a hop's; these quick hops leave each append its own.
      const blobs = ops.filter((op) => op === "git/get-blob").length;
      expect(ops.length - (blobs - 1), ops.join("\n")).toBeLessThanOrEqual(12);
    }
  },
  120_000,
);
