/** Two runs on one machine that share a run id: whatever is done to one, the other's processes live on. */
import { existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readProc } from "../../engine/stages/proc.ts";
import { findMarked, marksOfRun } from "../../engine/stages/strays.ts";
import { cli, driver, finalOf, folder, graph, repository, tool, until } from "./world.ts";

/** One that ended and that nobody has asked about is dead too. */
const alive = (pid: number): boolean => /^State:\s+[^ZX]/m.test(readProc(pid, "status"));

/** A run whose stage waits for the file `go`, beside a process of its own session that the stage left. */
async function running() {
  const at = folder();
  const [stray, go] = [join(at, "stray"), join(at, "go")];
  const command = `setsid sh -c 'echo $$ > ${stray}.new; mv ${stray}.new ${stray}; exec sleep 300' & until [ -e ${go} ]; do sleep 0.05; done`;
  const repo = repository({ "g.dot": graph(`${tool("w", command)}; s -> w -> e`) });
  const run = driver(repo, "run", "g.dot", "--run-id", "same");
  await until("the stray", () => existsSync(stray));
  const root = join(repo, ".attractor/runs/same");
  return { repo, root, run, stray: Number(readFileSync(stray, "utf8")), finish: () => writeFileSync(go, "") };
}

it.each(["resume", "stop"])(
  "R-SEC-7: %s of a killed run ends what that run left and nothing of a run with the same id",
  async (command) => {
    const [mine, other] = [await running(), await running()];
    mine.run.kill("SIGKILL");
    await mine.run.ended;
    expect(alive(mine.stray), "before").toBe(true);
    mine.finish();
    expect(cli(mine.repo, command, "same").code).toBe(0);
    expect(alive(mine.stray), "its own stray").toBe(false);
    expect(alive(other.stray), "the neighbour's stray").toBe(true);
    other.finish();
    expect((await other.run.ended).code).toBe(0);
    // Start, the stage, the end: nothing ran twice.
    expect(finalOf(other.root)).toMatchObject({ status: "success", totals: { attempts: 3 } });
  },
);

it("R-SEC-7: a run is known by its folder under every name of it, with the runs that its managers started", async () => {
  const { root, run, stray } = await running();
  const link = join(folder(), "link");
  symlinkSync(root, link);
  expect(findMarked(marksOfRun(link), null)).toContain(stray);
  expect(findMarked(marksOfRun(join(root, "..")), null)).toContain(stray);
  // A folder whose name only begins alike is another one.
  expect(findMarked(marksOfRun(root.slice(0, -1)), null)).toEqual([]);
  run.kill("SIGTERM");
  await run.ended;
});
