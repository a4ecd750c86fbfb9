import { spawn } from "node:child_process";
import { once } from "node:events";
import type * as fs from "node:fs";
import { appendFileSync } from "node:fs";
import type * as promises from "node:fs/promises";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fileLedger } from "../../engine/ledger/file-ledger.ts";
import { event, stored } from "./contract.ts";
import { faults, step } from "./faulty-fs.ts";

vi.mock("node:fs", async (original) => {
  const real = await original<typeof fs>();
  const writeSync = (fd: number, data: Buffer, from: number, count: number) => {
    const half = Math.ceil(count / 2);
    const bytesWritten = real.writeSync(fd, data, from, half);
    faults.meanwhile?.();
    faults.meanwhile = null;
    step("write");
    return bytesWritten;
  };
  const fdatasync = async (fd: number) => {
    step("datasync");
    real.fdatasyncSync(fd);
  };
  return {
    ...real,
    openSync: (...args: Parameters<typeof fs.openSync>) => {
      step(`open ${args[1]}`);
      return real.openSync(...args);
    },
    writeSync,
    fdatasync: Object.assign(() => undefined, { [Symbol.for("nodejs.util.promisify.custom")]: fdatasync }),
  };
});

vi.mock("node:fs/promises", async (original) => {
  const real = await original<typeof promises>();
  return {
    ...real,
    open: async (...args: Parameters<typeof promises.open>) => {
      step(`open ${args[1]}`);
      return await real.open(...args);
    },
  };
});

const RUN = "run-1";
const APPENDER = fileURLToPath(new URL("./endless-appender.ts", import.meta.url));
let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "disk-"));
  path = join(folder, "progress.ndjson");
  faults.steps = [];
});
afterEach(async () => {
  faults.next = null;
  await rm(folder, { recursive: true });
});

describe("a disk that fails", () => {
  it.each([
    ["write", "ENOSPC", "free some space"],
    ["write", "EIO", "check the disk"],
    ["write", "EDQUOT", "quota"],
    ["datasync", "EIO", "check the disk"],
  ])(
    "R-LIFE-8: %s fails with %s: the append rejects with cause and path, and nothing of it stays",
    async (failing, code, fix) => {
      const ledger = fileLedger(path, RUN);
      const { tip } = await ledger.create([event("run_started")]);
      const before = await readFile(path, "utf8");
      faults.next = { step: failing, code };
      await expect(ledger.append(tip, [event("a"), event("b")])).rejects.toMatchObject({
        code: "write_failed",
        message: expect.stringContaining(path),
        fix: expect.stringContaining(fix),
        cause: { code },
      });
      faults.next = null;
      expect(await readFile(path, "utf8")).toBe(before);
      await expect(
        ledger.append(tip, [event("c")]),
        "an instance that failed writes no more",
      ).rejects.toMatchObject({
        code: "write_failed",
      });
      await ledger.close();
      const next = fileLedger(path, RUN);
      const { tip: again, events } = await next.read();
      expect(events).toHaveLength(1);
      stored(await next.append(again, [event("d")]));
      await next.close();
    },
  );

  it("R-LIFE-8: a folder that turned read-only is told by path", async () => {
    const first = fileLedger(path, RUN);
    const { tip } = await first.create([event("run_started")]);
    await first.close();
    faults.next = { step: "open a", code: "EROFS" };
    await expect(fileLedger(path, RUN).append(tip, [event("a")])).rejects.toMatchObject({
      code: "write_failed",
      message: expect.stringContaining(path),
      fix: expect.stringContaining("can be written"),
    });
  });

  it.each(["write", "datasync", "open ax", "open r"])(
    "a run that could not begin (%s) leaves no log",
    async (failing) => {
      faults.next = { step: failing, code: "ENOSPC" };
      await expect(fileLedger(path, RUN).create([event("run_started")])).rejects.toMatchObject({
        code: "write_failed",
      });
      faults.next = null;
      expect(await readdir(folder)).toEqual([]);
      await fileLedger(path, RUN).create([event("run_started")]);
    },
  );

  it("R-LIFE-8: when the system takes only part of a write, the log keeps what was durable and is continued", async () => {
    const limited = `ulimit -f 8; exec "$0" "$@"`;
    const child = spawn("sh", ["-c", limited, process.execPath, APPENDER, path]);
    const told: Buffer[] = [];
    child.stderr.on("data", (chunk: Buffer) => told.push(chunk));
    const acknowledged: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => acknowledged.push(chunk));
    const [code] = (await once(child, "close")) as [number];
    expect(code).not.toBe(0);
    expect(Buffer.concat(told).toString()).toMatch(/cannot write .*progress\.ndjson: EFBIG/);
    const { events, repaired } = await fileLedger(path, RUN).read();
    expect(repaired).toBeUndefined();
    expect(events).toHaveLength(Buffer.concat(acknowledged).toString().trim().split("\n").length);
  });
});

describe("a second writer in the same instant", () => {
  it("R-LIFE-8: is noticed before the append is believed", async () => {
    const ledger = fileLedger(path, RUN);
    const { tip } = await ledger.create([event("run_started")]);
    faults.meanwhile = () => appendFileSync(path, "{}\n");
    await expect(ledger.append(tip, [event("a")])).rejects.toMatchObject({
      code: "second_writer",
      fix: expect.stringContaining("stop every process"),
    });
    await ledger.close();
  });
});

describe("durability", () => {
  it("R-LIFE-8: syncs once for a group of events, before it resolves, and not at all for lines that may be lost", async () => {
    const ledger = fileLedger(path, RUN);
    const { tip } = await ledger.create([event("run_started")]);
    faults.steps = [];
    const group = stored(
      await ledger.append(
        tip,
        Array.from({ length: 5 }, () => event("a")),
      ),
    );
    expect(faults.steps.filter((name) => name === "datasync")).toHaveLength(1);
    faults.steps = [];
    const beat = stored(await ledger.append(group.tip, [event("stage_heartbeat")], { durable: false }));
    expect(faults.steps).not.toContain("datasync");
    expect((await ledger.read()).tip).toBe(beat.tip);
    await ledger.close();
  });
});
