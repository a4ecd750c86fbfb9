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

  it("R-LIVE-3: a look asks no more of GitHub than it may however many branches work, and the next ones show the others", async () => {
    const names = Array.from({ length: 30 }, (_, n) => `b${n}`);
    const s = await scene(`digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
      par [shape=component, max_parallel=30]; join [shape=tripleoctagon]
      ${names.map((name) => `${name} [shape=parallelogram, tool_command="x"]; par -> ${name} -> join`).join("; ")}
      start -> par; join -> exit }`);
    let legs = 0;
    const shown: number[] = [];
    const asked: number[] = [];
    const done = new Promise<void>((resolve, reject) => {
      s.hops.midLeg = async () => {
        legs++;
        if (legs !== names.length) return;
        const run = await started;
        // The last one looks at what all the others have left.
        while (shown.at(-1) !== names.length - 1 && shown.length < 10) {
          const from = s.box.requests.length;
          const before = s.sticky(`c${run}`);
          await s.comment("/attractor status");
          await s.until(() => s.sticky(`c${run}`) !== before);
          const reads = s.box.requests
            .slice(from)
            .filter(({ op }) => /git\/get-(?:tree|blob)/.test(op ?? ""));
          asked.push(reads.length);
          shown.push(s.sticky(`c${run}`)?.match(/\| ✅ \| <code>par/g)?.length ?? 0);
        }
        resolve();
      };
      const started = s.comment("/attractor run g.dot");
      started.catch(reject);
    });
    await done;
    await s.settle();
    expect(shown.at(-1), JSON.stringify({ shown, asked })).toBe(names.length - 1);
    expect(shown.length).toBeGreaterThan(1);
    // The run's own log is read beside them.
    for (const reads of asked) expect(reads).toBeLessThanOrEqual(24);
    expect(s.failures).toEqual([]);
  });
});
