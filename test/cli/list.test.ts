/** `attractor list`: every run of the repository, also one that cannot be read. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { newRunRoot } from "../../engine/local/folder.ts";
import { here, hereIn } from "../local/here.ts";
import { folder, graph, ran, repository, tool } from "../local/world.ts";

const WORK = graph(`${tool("a", "true")}; s -> a -> e`);
const ASKS = graph(`r [shape=hexagon]; s -> r; r -> e [label="Yes"]`);

it("names id, graph, status, age and cost of each run, the newest first, from a folder below too", async () => {
  const repo = repository({ "deep/er/x": "" });
  expect((await here("list", "--workdir", repo)).out).toContain("no runs here");
  const run = async (id: string, source: string, logsRoot?: string) =>
    ran(source, { workdir: repo, runId: id, logsRoot: logsRoot ?? (await newRunRoot(repo, id)) });
  await run("first", WORK);
  const { root } = await run("elsewhere", WORK, join(folder(), "run"));
  await run("third", ASKS);
  const { code, out } = await here("list", "--workdir", join(repo, "deep/er"), "--json");
  const { runs } = JSON.parse(out) as { runs: { run_id: string; logs_root: string }[] };
  expect(code).toBe(0);
  expect(runs).toMatchObject([
    { run_id: "third", graph: "g", status: "waiting" },
    { run_id: "elsewhere", status: "success", logs_root: root, cost_usd: 0 },
    { run_id: "first", status: "success" },
  ]);
  writeFileSync(join(repo, ".attractor/runs/first/progress.ndjson"), "no log\n");
  const text = (await here("list", "--workdir", repo)).out.split("\n");
  expect(text[0]).toMatch(/^third {6}g {2}waiting {2}.* ago/);
  expect(text[2]).toMatch(/^first /);
  expect(text.at(-2)).toMatch(/^next: attractor status .*third$/);
});

it("a run that never began is listed by the graph that was named", async () => {
  const repo = repository({ "wrong.dot": "digraph g {" });
  expect((await hereIn(repo, "run", "wrong.dot", "--run-id", "one")).code).toBe(2);
  expect((await hereIn(repo, "list")).out).toMatch(/^one {2}wrong\.dot {2}fail {2}/);
});
