import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { LOG_HEAD_BYTES } from "../../engine/stages/output.ts";
import { type ProcessSpec, runProcess } from "../../engine/stages/process.ts";
import { findMarked, type StrayMark } from "../../engine/stages/strays.ts";
import { tempDir } from "../stages/scene.ts";

function start(command: string, changes: Partial<ProcessSpec> = {}) {
  const logDir = tempDir();
  const mark: StrayMark = `TEST_MARK=${randomUUID()}`;
  const running = runProcess({
    ...{ file: "bash", args: ["--norc", "-c", command], cwd: logDir, logDir, mark, graceMs: 100 },
    env: { PATH: process.env.PATH!, TEST_MARK: mark.slice("TEST_MARK=".length) },
    ...{ timeoutMs: 500, signal: new AbortController().signal, activity: () => undefined },
    ...changes,
  });
  return { running, mark };
}

describe("a stage that does not want to end", () => {
  it.each([
    ["stops itself", "kill -STOP $$"],
    ["stops its child", "sleep 60 & kill -STOP $!; wait"],
    ["leaves its session and hears nothing", "setsid bash -c 'trap \"\" TERM HUP INT; sleep 60' & sleep 60"],
    ["begins itself anew when asked to end", "trap 'setsid sleep 60 &' TERM; sleep 60 & wait; sleep 60"],
    ["forks a tree", "f() { [ $1 -gt 0 ] && { f $(($1 - 1)) & f $(($1 - 1)) & }; sleep 60; }; f 4"],
  ])("R-LIFE-2: one that %s is over at its timeout, and nothing of it lives", async (_what, command) => {
    const { running, mark } = start(command);
    const { evidence, survivors } = await running;
    expect(evidence.timed_out).toBe(true);
    expect(survivors).toBeNull();
    expect(findMarked([mark], null)).toEqual([]);
  });

  it("R-LIVE-3: a flood fills neither memory nor disk", async () => {
    const before = process.memoryUsage().rss;
    const { running } = start("head -c 400000000 /dev/zero", { timeoutMs: 30_000 });
    const { stdout } = await running;
    expect(stdout.bytes).toBe(400_000_000);
    expect(stdout.text().length).toBeLessThan(2 * LOG_HEAD_BYTES);
    expect(process.memoryUsage().rss - before).toBeLessThan(250_000_000);
  });
});
