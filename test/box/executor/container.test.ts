import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { oneJob, saidIn, works } from "./support/text.ts";
import { createWorld, MAIN, runOnce } from "./support/world.ts";

const images = new Map([["tools:1", { path: "/usr/bin:/bin" }]]);
const executor = { images, hostPath: `${dirname(process.execPath)}:/usr/bin:/bin` };

describe("a job in a container", () => {
  it("has the image's PATH and the container's env", async () => {
    await using world = await runOnce(
      oneJob('- run: echo "SAY $PATH $MODE"', "container: { image: tools:1, env: { MODE: fast } }"),
      { executor },
    );
    expect(saidIn(world.job(world.id, "job").log)).toEqual(["/usr/bin:/bin fast"]);
  });

  it("finds an action's files by the variable and not by the expression (actions/runner#716)", async () => {
    await using world = await createWorld(
      { [MAIN]: oneJob("- uses: tools/kit@main", "container: tools:1") },
      { executor },
    );
    world.commit("tools/kit", {
      "hello.sh": "echo SAY hello",
      "action.yml": `name: a
description: a
runs:
  using: composite
  steps:
    - { shell: sh, run: 'sh "$GITHUB_ACTION_PATH/hello.sh"' }
    - { shell: sh, run: 'sh "\${{ github.action_path }}/hello.sh" || echo SAY lost' }
`,
    });
    const id = world.queue();
    await world.ended(id);
    expect(saidIn(world.job(id, "job").log)).toEqual(["hello", "lost"]);
  });

  it("hears of no cancel: the step is over at once, and its process lives until the job's end", async () => {
    const hang = `exec ${process.execPath} -e 'process.on("SIGINT", () => console.log("SAY SIGINT")); setInterval(() => {}, 1000); console.log("SAY pid " + process.pid)'`;
    await using world = await createWorld(
      {
        [MAIN]: oneJob(
          `- run: |\n    ${hang}\n- if: always()\n  run: sleep 0.2; kill -0 $(cat pid) 2>/dev/null || true; echo SAY always`,
          "container: tools:1",
        ),
      },
      { executor, clock: { speed: 0 } },
    );
    const id = world.queue();
    const job = await world.logged(id, "job", "\nSAY pid");
    const pid = Number(saidIn(job.log)[0]?.slice(4));
    world.executor.cancel(id, "cancel");
    await world.logged(id, "job", "\nSAY always");
    expect(works(pid)).toBe(true);
    const run = await world.ended(id);
    expect(run.conclusion).toBe("cancelled");
    expect(saidIn(world.job(id, "job").log)).toEqual([`pid ${pid}`, "always"]);
    expect(works(pid)).toBe(false);
  });

  it("of an image that the box does not know fails and says so", async () => {
    await using world = await runOnce(oneJob("- run: echo", "container: none:9"), { executor });
    expect(world.job(world.id, "job").log).toContain("the box has no image none:9");
  });
});
