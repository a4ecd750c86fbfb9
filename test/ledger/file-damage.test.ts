import { appendFile, mkdtemp, readFile, rename, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fileLedger } from "../../engine/ledger/file-ledger.ts";
import { event, stored } from "./contract.ts";

const RUN = "run-1";
let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "damage-"));
  path = join(folder, "progress.ndjson");
});
afterEach(() => rm(folder, { recursive: true }));

const line = (seq: number, fields: Record<string, unknown> = {}): string =>
  `${JSON.stringify({ seq, ts: "2026-01-01T00:00:00.000Z", run_id: RUN, event: "e", ...fields })}\n`;

const readText = async (text: string | Uint8Array) => {
  await writeFile(path, text);
  return await fileLedger(path, RUN).read();
};

describe("a damaged log", () => {
  it("R-LIFE-8: cut at any byte, it is read up to its last whole line and continued there", async () => {
    const lines = [line(1, { text: "ä€😀" }), line(2, { text: "\n" }), line(3)];
    const whole = Buffer.from(lines.join(""));
    const ends = lines.map((_, n) => Buffer.byteLength(lines.slice(0, n + 1).join("")));
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length), fc.nat(40), async (cut, zeros) => {
        const kept = ends.filter((end) => end <= cut);
        const torn = cut + zeros - (kept.at(-1) ?? 0);
        await writeFile(path, Buffer.concat([whole.subarray(0, cut), Buffer.alloc(zeros)]));
        const ledger = fileLedger(path, RUN);
        const { tip, events, repaired } = await ledger.read();
        expect(events).toHaveLength(kept.length);
        expect(repaired).toEqual(torn > 0 ? { line: kept.length + 1, bytes: torn } : undefined);
        const { events: added } = stored(await ledger.append(tip, [event("next")]));
        await ledger.close();
        expect(added[0]!.seq).toBe(kept.length + 1);
        const after = await fileLedger(path, RUN).read();
        expect(after.repaired).toBeUndefined();
        expect(after.events.at(-1)).toEqual(added[0]);
      }),
      { numRuns: 60 },
    );
  });

  it("leaves a torn line on disk until its writer appends, for a live writer may be in the middle of it", async () => {
    const text = `${line(1)}{"seq":2,`;
    await readText(text);
    expect(await readFile(path, "utf8")).toBe(text);
  });

  it.each([
    ["a hole", `${line(1)}${line(3)}`, "hole", "line 2 has seq 3, but seq 2 is missing"],
    ["a log that begins late", line(2), "hole", "line 1 has seq 2, but seq 1 is missing"],
    ["a repeated seq", `${line(1)}${line(2)}${line(2)}`, "second_writer", "line 3 has seq 2 again"],
    [
      "a foreign run",
      `${line(1)}${line(2, { run_id: "run-2" })}`,
      "foreign_run",
      'line 2 belongs to run "run-2"',
    ],
    ["text in the middle", `${line(1)}oops\n${line(2)}`, "corrupt", "line 2 is not JSON"],
    ["text at the end, whole", `${line(1)}oops\n`, "corrupt", "line 2 is not JSON"],
    [
      "zeros in the middle",
      `${line(1)}\0\0\0\n${line(2)}`,
      "corrupt",
      "line 2 is damaged and lines follow it",
    ],
    ["an empty line", `${line(1)}\n${line(2)}`, "corrupt", "line 2 is not JSON"],
    ["a line that is no object", `${line(1)}[1]\n`, "corrupt", "line 2 is not an object"],
    ["a line without an event", line(1, { event: "" }), "corrupt", "line 1 has no event"],
    ["a seq that is no number", line(1, { seq: "1" }), "corrupt", "line 1 has no seq"],
  ])("R-LIFE-8: refuses %s by line", async (_title, text, code, message) => {
    await expect(readText(text)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
      fix: expect.stringMatching(/\w/),
    });
  });

  it("refuses bytes that are no UTF-8", async () => {
    const bad = Buffer.from(line(1, { text: "#" }));
    bad[bad.indexOf("#")] = 0xff;
    await expect(readText(bad)).rejects.toMatchObject({
      code: "corrupt",
      message: expect.stringContaining("UTF-8"),
    });
  });

  it("refuses a file that holds no lines at all without loading it", async () => {
    await expect(readText("x".repeat(3_000_000))).rejects.toMatchObject({ code: "corrupt" });
  });
});

describe("a second writer", () => {
  const begun = async () => {
    const ledger = fileLedger(path, RUN);
    const { tip } = await ledger.create([event("run_started")]);
    return { ledger, tip };
  };

  it("R-LIFE-8: finds that the log is not as it left it, and writes nothing", async () => {
    const { ledger, tip } = await begun();
    await appendFile(path, line(2));
    expect(await ledger.append(tip, [event("a")])).toMatchObject({ ok: false, reason: "moved" });
    expect(await readFile(path, "utf8")).not.toContain('"event":"a"');
  });

  it("R-LIFE-8: refuses to go on when the log was cut", async () => {
    const { ledger, tip } = await begun();
    await truncate(path, 10);
    await expect(ledger.append(tip, [event("a")])).rejects.toMatchObject({ code: "second_writer" });
    expect((await stat(path)).size).toBe(10);
  });

  it("refuses to write into a log that was moved away", async () => {
    const { ledger, tip } = await begun();
    stored(await ledger.append(tip, []));
    await rename(path, `${path}.old`);
    await expect(ledger.append(tip, [event("a")])).rejects.toMatchObject({ code: "write_failed" });
  });
});
