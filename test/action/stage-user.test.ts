import { execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { stageUser } from "../../action/stage-user.ts";
import { until } from "../local/world.ts";

const alive = (pid: number): boolean =>
  existsSync(`/proc/${pid}`) &&
  !/State:\s+[ZX]/.test(execFileSync("cat", [`/proc/${pid}/status`]).toString());

describe.runIf(process.platform === "linux" && process.getuid?.() === 0)("the stages' own user", () => {
  it("R-GH-2: what stages left behind is killed, and git at work for another branch is not", async () => {
    const user = await stageUser();
    try {
      // As the driver begins git: a child of this process, with a child of its own.
      const git = spawn("sh", ["-c", "sleep 300 & echo $!; wait"], { uid: user.uid, gid: user.gid });
      const within = Number(await new Promise((resolve) => git.stdout.once("data", resolve)));
      // As a stage leaves an orphan: its parent has ended.
      const left = join(user.home, "left");
      execFileSync("sh", ["-c", `setsid sleep 300 >/dev/null 2>&1 & echo $! > ${left}`], {
        uid: user.uid,
        gid: user.gid,
      });
      const orphan = Number(execFileSync("cat", [left]).toString());
      expect(alive(orphan)).toBe(true);
      user.killAll();
      await until("the orphan is gone", () => !alive(orphan));
      expect([alive(git.pid!), alive(within)]).toEqual([true, true]);
      process.kill(within, "SIGKILL");
    } finally {
      await user.leave();
    }
  });
});
