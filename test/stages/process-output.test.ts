import { lstatSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { LOG_HEAD_BYTES, LOG_TAIL_BYTES } from "../../engine/stages/output.ts";
import { tempDir } from "./scene.ts";
import { shell } from "./shell.ts";

describe("the log of an output", () => {
  it("keeps head and tail of too much, with a mark that says how much is left out", async () => {
    const lines = 900_000;
    const { run, logDir } = shell(`echo first; seq ${lines}; echo last`);
    const { stdout } = await run();
    const kept = readFileSync(join(logDir, "stdout.log"), "utf8");
    const left = Number(/\n\[\.\.\. (\d+) bytes left out \.\.\.\]\n/.exec(kept)?.[1]);
    // Between whole lines, so that no mask meets half a secret.
    const dropped = left - (stdout.bytes - LOG_HEAD_BYTES - LOG_TAIL_BYTES);
    expect(dropped).toBeGreaterThanOrEqual(0);
    expect(dropped).toBeLessThan(20);
    expect(kept).toMatch(/\d\n\n\[\.\.\. \d+ bytes left out \.\.\.\]\n\d+\n/);
    expect(kept.startsWith("first\n1\n2\n")).toBe(true);
    expect(kept.endsWith(`${lines}\nlast\n`)).toBe(true);
    expect(statSync(join(logDir, "stdout.log")).size).toBeLessThan(LOG_HEAD_BYTES + LOG_TAIL_BYTES + 100);
    expect(stdout.tail.endsWith(`${lines}\nlast\n`)).toBe(true);
    expect(stdout.text()).toBe(kept);
  });

  it("just over its head loses nothing", async () => {
    const extra = 1000;
    const { stdout } = await shell(`head -c ${LOG_HEAD_BYTES + extra} /dev/zero | tr '\\0' x`).run();
    expect(stdout.text().replace("\n[... 0 bytes left out ...]\n", "")).toBe(
      "x".repeat(LOG_HEAD_BYTES + extra),
    );
  });

  it("is made at the first output, whatever the stage put there or removed before", async () => {
    const silent = shell("true");
    await silent.run();
    expect(readdirSync(silent.logDir)).toEqual([]);
    const victim = join(tempDir(), "victim");
    writeFileSync(victim, "mine");
    for (const before of [
      `ln -s ${victim} stdout.log`,
      "mkdir stdout.log",
      "mkfifo stdout.log",
      'rm -r "$PWD"',
    ]) {
      const { run, logDir } = shell(`${before}; echo hi`);
      const { stdout } = await run();
      expect([before, stdout.problem]).toEqual([before, null]);
      expect(lstatSync(join(logDir, "stdout.log")).isFile()).toBe(true);
      expect(readFileSync(join(logDir, "stdout.log"), "utf8")).toBe("hi\n");
    }
    expect(readFileSync(victim, "utf8")).toBe("mine");
  });

  it("that the disk refuses is told, and the process still ends", async () => {
    const logDir = join(tempDir(), "no-folder");
    writeFileSync(logDir, "");
    const { evidence, stdout } = await shell("echo hi", { logDir }).run();
    expect(evidence).toEqual({ exit_code: 0 });
    expect(stdout.problem).toContain("stdout.log is incomplete");
    expect(stdout.text()).toBe("hi\n");
  });
});
