import { describe, expect, it } from "vitest";
import { scene } from "./support/scene.ts";

const FAN = `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
  par [shape=component]; join [shape=tripleoctagon]; a [shape=parallelogram, tool_command="x"]; b [shape=parallelogram, tool_command="x"]
  start -> par; par -> a -> join; par -> b -> join; join -> exit }`;
const row = (mark: string, branch: string) =>
  new RegExp(`\\| ${mark} \\| <code>par/v1/\\d+-${branch}</code>`);

describe("a run while its branches work", () => {
  it("R-LIVE-3: what a branch completed shows on the pull request while its siblings still run, and not yet in the run's log", async () => {
    const s = await scene(FAN);
    let legs = 0;
    let during = "";
    let settled = true;
    const id = await new Promise<number>((resolve, reject) => {
      s.hops.midLeg = async () => {
        legs++;
        if (legs !== 2) return;
        const run = await started;
        await s.comment("/attractor status");
        await s.until(() => row("✅", "a").test(s.sticky(`c${run}`) ?? ""));
        during = s.sticky(`c${run}`) ?? "";
        settled = (await s.log(`c${run}`)).some((line) => line.event === "branch_completed");
      };
      const started = s.comment("/attractor run g.dot");
      started.then(resolve, reject);
    });
    await s.until(() => during !== "");
    await s.settle();
    expect(during).toMatch(row("⏳", "b"));
    expect(settled).toBe(false);
    expect((await s.log(`c${id}`)).at(-1)).toMatchObject({ event: "run_completed" });
    expect(s.failures).toEqual([]);
    s.box.assertClean();
  });
});
