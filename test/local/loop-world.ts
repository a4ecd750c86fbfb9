/** One stage that is visited again and again, by real processes; what a run keeps of it may not grow. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { executions, folder, graph, logOf, named, ran, tool } from "./world.ts";

/** Open files of this process; what is left open at every visit adds up. */
const openFiles = (): number =>
  process.platform === "linux" ? readdirSync("/proc/self/fd").length : Number.NaN;

export async function loop(visits: number): Promise<void> {
  const notes = join(folder(), "visits");
  const root = join(folder(), "run");
  const again = `echo $ATTRACTOR_VISIT >> ${notes}; test $ATTRACTOR_VISIT -lt ${visits}`;
  const source = graph(
    `${tool("a", again)}; ${tool("done", "true")}; s -> a; a -> a [condition="outcome=success"]
     a -> done [condition="outcome=fail"]; done -> e`,
    `, max_node_visits=${visits + 1}`,
  );
  const sizes: { visits: number; checkpoint: number; live: number; line: number; files: number }[] = [];
  let lines = 0;
  let lineBytes = 0;
  const { final } = await ran(source, {
    logsRoot: root,
    config: { version: 1, git: { commit_per_node: false } },
    onEvent: (event) => {
      lines++;
      lineBytes += JSON.stringify(event).length;
      if (event.event !== "stage_attempt_end" || event.node_id !== "a") return;
      if (event.visit % (visits / 10) !== 0) return;
      const { node_visits } = JSON.parse(readFileSync(join(root, "checkpoint.json"), "utf8")) as {
        node_visits: Record<string, number>;
      };
      sizes.push({
        visits: node_visits.a ?? 0,
        checkpoint: statSync(join(root, "checkpoint.json")).size,
        live: statSync(join(root, "live.json")).size,
        line: Math.round(lineBytes / lines),
        files: openFiles(),
      });
      lines = 0;
      lineBytes = 0;
    },
  });
  expect(final?.status).toBe("success");
  expect(final?.node_visits.a).toBe(visits);
  // Each visit ran once, and each has its folder.
  expect(executions(notes)).toEqual(Array.from({ length: visits }, (_, n) => String(n + 1)));
  expect(readdirSync(join(root, "a")).filter((name) => /^v\d+-a1$/.test(name))).toHaveLength(visits);
  expect(named(logOf(root), "stage_attempt_start").filter((start) => start.node_id === "a")).toHaveLength(
    visits,
  );

  // The checkpoint is written from time to time, and the first ones may know of no visit that ended.
  const early = sizes.find((one) => one.visits > 1);
  const late = sizes.at(-1);
  if (!early || !late || late.visits <= early.visits) throw new Error("nothing was measured");
  // Only the numbers in them become longer.
  expect(late.checkpoint).toBeLessThan(Math.min(early.checkpoint + 40, 64 * 1024));
  expect(late.live).toBeLessThan(early.live + 20);
  expect(late.line).toBeLessThan(early.line + 20);
  if (!Number.isNaN(late.files)) expect(late.files).toBeLessThan(early.files + 10);
  expect(statSync(join(root, "final.json")).size).toBeLessThan(8 * 1024);
}
