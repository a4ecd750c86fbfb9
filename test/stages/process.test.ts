import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { endMarked, findMarked, type StrayMark } from "../../engine/stages/strays.ts";
import { tempDir } from "./scene.ts";
import { shell } from "./shell.ts";

/** The standard outputs of as many commands, one after the other. */
async function pipesOf(commands: number): Promise<Set<string>> {
  const seen = new Set<string>();
  for (let n = 0; n < commands; n++) {
    const { stdout } = await shell(`echo ${n}; readlink /proc/$$/fd/1`).run();
    const [said, path = ""] = stdout.text().split("\n");
    expect(said).toBe(String(n));
    seen.add(path);
  }
  return seen;
}

/** A dead process that nobody has reaped yet is not alive. */
function isAlive(pid: number): boolean {
  const stat = `/proc/${pid}/stat`;
  return existsSync(stat) && !/\) [ZX] /.test(readFileSync(stat, "utf8"));
}

describe("a stage's process", () => {
  it("runs where it is told, with what it is given, and keeps both outputs", async () => {
    const inputFile = join(tempDir(), "input");
    writeFileSync(inputFile, "hello\n");
    const { run, logDir } = shell('cat; pwd; echo "$A" >&2; exit 3', {
      inputFile,
      env: { PATH: process.env.PATH!, A: "b" },
    });
    const result = await run();
    expect(result.evidence).toEqual({ exit_code: 3 });
    expect(result.stdout.text()).toBe(`hello\n${logDir}\n`);
    expect(readFileSync(join(logDir, "stdout.log"), "utf8")).toBe(`hello\n${logDir}\n`);
    expect(readFileSync(join(logDir, "stderr.log"), "utf8")).toBe("b\n");
  });

  it("is heard as it speaks, answered on its input, and ended when nothing more is wanted of it", async () => {
    const enough = new AbortController();
    let heard = "";
    let input: Writable | null = null;
    const { run } = shell('read line; echo "got $line"; exec sleep 1000', {
      onInput: (stream) => {
        input = stream;
        stream.write("hello\n");
      },
      onOutput: (chunk) => {
        heard += chunk;
        if (heard.includes("\n")) enough.abort();
      },
      enough: enough.signal,
    });
    const result = await run();
    expect(input).not.toBeNull();
    expect(heard).toBe("got hello\n");
    expect(result.evidence).toEqual({ exit_code: null });
    expect(result.leftovers).toBe(false);
  });

  it("inherits nothing of the driver's environment and finds standard input empty", async () => {
    process.env.DRIVER_SECRET = "s";
    const result = await shell('cat; echo "<$DRIVER_SECRET>"').run();
    delete process.env.DRIVER_SECRET;
    expect(result.stdout.text()).toBe("<>\n");
  });

  it("its three streams can be opened by name, as scripts do", async () => {
    const inputFile = join(tempDir(), "input");
    writeFileSync(inputFile, "in\n");
    const { stdout, stderr, evidence } = await shell(
      "cat /dev/stdin > /dev/stdout; echo one > /dev/stderr; echo two | tee /dev/stderr; echo three >> /dev/stderr",
      { inputFile },
    ).run();
    expect(evidence).toEqual({ exit_code: 0 });
    expect(stdout.text()).toBe("in\ntwo\n");
    expect(stderr.text()).toBe("one\ntwo\nthree\n");
  });

  it("reports output as it comes, as the total so far", async () => {
    const seen: number[] = [];
    const result = await shell("echo one; sleep 0.05; echo two >&2", {
      activity: (bytes) => seen.push(bytes),
    }).run();
    expect(seen).toEqual([4, 8]);
    expect(result.stdout.bytes + result.stderr.bytes).toBe(8);
  });

  it("that cannot be started says why, whatever stands in the way", async () => {
    const missing = await shell("true", { cwd: "/no/such/folder" }).run();
    expect(missing.evidence.error_code).toBe("spawn_failed");
    expect(missing.startError).toContain("/no/such/folder");
    const hostile = await shell("true", { env: { BAD: "a\0b" } }).run();
    expect(hostile.evidence.error_code).toBe("spawn_failed");
  });

  it("a signal that it sends itself is told", async () => {
    expect((await shell("kill -9 $$").run()).evidence).toEqual({ exit_code: null, signal: "SIGKILL" });
  });
});

describe("the end of a process", () => {
  it("at its timeout takes everything with it, and says so", async () => {
    const { run, mark } = shell("sleep 1000 & (sleep 1000; true) & sleep 1000; true", { timeoutMs: 150 });
    expect((await run()).evidence).toMatchObject({ timed_out: true, signal: "SIGTERM" });
    expect(findMarked([mark], null)).toEqual([]);
  });

  it("comes by force to children and grandchildren that ignore the request", async () => {
    const controller = new AbortController();
    const { run, mark } = shell(
      "trap '' TERM; bash -c 'sleep 1000' & (sleep 1000; true) & echo up; while :; do sleep 1; done",
      { signal: controller.signal, activity: () => controller.abort() },
    );
    const result = await run();
    expect(result.evidence).toMatchObject({ canceled: true, signal: "SIGKILL" });
    expect(result.survivors).toBeNull();
    expect(findMarked([mark], null)).toEqual([]);
  });

  it("on abort is the same, and says canceled", async () => {
    const controller = new AbortController();
    const { run, mark } = shell("sleep 1000 & echo up; wait", {
      signal: controller.signal,
      activity: () => controller.abort(),
    });
    const { evidence } = await run();
    expect(evidence).toMatchObject({ canceled: true });
    expect(evidence.timed_out).toBeUndefined();
    expect(findMarked([mark], null)).toEqual([]);
  });

  it("a process that handles the request and exits 0 was canceled all the same", async () => {
    const controller = new AbortController();
    const { evidence } = await shell("trap 'exit 0' TERM; echo up; while :; do sleep 0.05; done", {
      graceMs: 20_000,
      signal: controller.signal,
      activity: () => controller.abort(),
    }).run();
    expect(evidence).toEqual({ exit_code: 0, canceled: true });
  });

  it("aborted before the start, nothing starts", async () => {
    const { run, logDir } = shell("touch started", { signal: AbortSignal.abort() });
    expect((await run()).evidence).toEqual({ canceled: true });
    expect(existsSync(join(logDir, "started"))).toBe(false);
  });

  it("R-LIFE-6: aborted while its pipes are made, nothing starts", async () => {
    const controller = new AbortController();
    const { run, logDir } = shell("touch started; sleep 5", { signal: controller.signal });
    const running = run();
    controller.abort();
    expect((await running).evidence).toEqual({ canceled: true });
    expect(existsSync(join(logDir, "started"))).toBe(false);
  });

  it.runIf(process.platform === "linux")(
    "what stayed in the group is ended also when it shed its environment",
    async () => {
      const { stdout } = await shell(
        'env -i PATH="$PATH" sleep 1000 >/dev/null 2>&1 & echo $!; sleep 0.1',
      ).run();
      expect(isAlive(Number(stdout.text()))).toBe(false);
    },
  );

  it("background work left behind is ended and told", async () => {
    const { run, mark } = shell("sleep 1000 & echo done");
    const result = await run();
    expect(result.evidence).toEqual({ exit_code: 0 });
    expect(result.leftovers).toBe(true);
    expect(findMarked([mark], null)).toEqual([]);
    expect((await shell("echo done").run()).leftovers).toBe(false);
  });

  it.runIf(process.platform === "linux")(
    "what left the group for a session of its own is found and ended",
    async () => {
      const { run, mark } = shell(
        "setsid bash -c 'trap \"\" TERM; while :; do sleep 1; done' >/dev/null 2>&1 & setsid sleep 1000 & sleep 0.1",
      );
      const result = await run();
      expect(result.evidence).toEqual({ exit_code: 0 });
      expect(result.leftovers).toBe(true);
      expect(findMarked([mark], null)).toEqual([]);
    },
  );

  it("a pipe that an unknown process holds open does not hold the stage, and no later one is heard through it", async () => {
    // Until it says so it is in the stage's own group, and is ended with it.
    const leave = `env -i PATH="$PATH" setsid sh -c ': > left; exec sleep 4' & until [ -e left ]; do :; done`;
    const { run } = shell(`${leave}; echo done; readlink /proc/$$/fd/1`);
    const result = await run();
    const [said, held = ""] = result.stdout.text().split("\n");
    expect(said).toBe("done");
    expect(result.evidence).toEqual({ exit_code: 0 });
    const later = await pipesOf(10);
    expect(held).not.toBe("");
    expect(later.has(held)).toBe(false);
  });

  it("a pipe serves one process only, and has no name while it does", async () => {
    const seen = await pipesOf(20);
    expect(seen.size).toBe(20);
    for (const path of seen) expect(existsSync(path.replace(/ \(deleted\)$/, "")), path).toBe(false);
  });

  it.runIf(process.platform === "linux")(
    "who reads the pipes of an ended stage from outside its group takes nothing of the next stages' output",
    async () => {
      const thefts = join(tempDir(), "thefts");
      const up = join(tempDir(), "up");
      // Twice forked, in a session of its own, without the mark: nothing finds it. It opens the pipes to read them.
      const read = (fd: number) =>
        `env -i PATH="$PATH" setsid sh -c '(echo $$ >> ${up}; while :; do timeout 6 cat /proc/self/fd/3; exit; done >> ${thefts}) 3< /proc/'$$'/fd/${fd} &' >/dev/null 2>&1 &`;
      await shell(
        `: > ${up}; ${read(1)} ${read(2)} until [ "$(wc -l < ${up})" = 2 ]; do sleep 0.02; done; sleep 0.2`,
      ).run();
      for (let round = 0; round < 12; round++) {
        const { stdout } = await shell("for i in 1 2 3 4 5 6 7 8; do echo line $i; sleep 0.01; done").run();
        expect(stdout.text().split("\n")).toHaveLength(9);
      }
      expect(readFileSync(thefts, "utf8")).not.toContain("line");
    },
  );

  it.runIf(process.platform === "linux")(
    "marked processes of a driver that is gone can be found and ended later",
    async () => {
      const mark: StrayMark = `TEST_MARK=${randomUUID()}`;
      const { run } = shell(
        `TEST_MARK=${mark.slice(10)} setsid bash -c ': > up; exec sleep 1000' >/dev/null 2>&1 & until [ -e up ]; do sleep 0.01; done`,
      );
      await run();
      expect(findMarked([mark], null)).toHaveLength(1);
      expect(await endMarked([mark], null, 200)).toEqual({ ended: 1, alive: [] });
      expect(findMarked([mark], null)).toEqual([]);
    },
  );
});
