import { type Zippable, zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { MOST_BYTES, type Sender } from "../../action/handoff/format.ts";
import { openHandoff } from "../../action/handoff/open.ts";

const SENDER: Sender = { runId: "r77", hop: 2, epoch: 3, part: "01-abcdef01", attempt: 1, claim: "5eed" };
const text = (value: string): Uint8Array => Buffer.from(value);
const header = (more: object = {}) => text(JSON.stringify({ v: 1, ...SENDER, ...more }));
const line = (seq: number, more: object = {}) =>
  `${JSON.stringify({ seq, ts: "2026-01-01T00:00:00Z", run_id: "r77", event: "warning", ...more })}\n`;
const GOOD = { "parcel.json": header(), "log.ndjson": text(line(1) + line(2)) };

const opened = (files: Zippable, edit: (zip: Buffer) => Buffer = (zip) => zip) =>
  openHandoff(edit(Buffer.from(zipSync(files))), SENDER);

/** Every place where these bytes stand, replaced by others of the same length. */
function replaced(zip: Buffer, from: Buffer, to: Buffer): Buffer {
  const out = Buffer.from(zip);
  for (let at = out.indexOf(from); at >= 0; at = out.indexOf(from, at + 1)) to.copy(out, at);
  return out;
}

/** In the list at the end, where the size as unpacked stands 24 bytes into an entry. */
function claiming(zip: Buffer, name: string, bytes: number): Buffer {
  const out = Buffer.from(zip);
  const entry = out.lastIndexOf(Buffer.from(name)) - 46;
  expect(out.readUInt32LE(entry)).toBe(0x02014b50);
  out.writeUInt32LE(bytes, entry + 24);
  return out;
}

describe("a parcel", () => {
  it("is opened when it is from the expected sender", async () => {
    const { events, work } = await opened({ ...GOOD, "work.bundle": text("PACK") });
    expect(events.map(({ seq }) => seq)).toEqual([1, 2]);
    expect(work?.toString()).toBe("PACK");
  });

  it("may be without work", async () => {
    expect((await opened(GOOD)).work).toBeNull();
  });
});

describe("what a stage job may not make settle open", () => {
  it.each<[string, () => Promise<unknown>, RegExp]>([
    ["no zip file", () => openHandoff(text("hello"), SENDER), /no zip file/],
    ["one that is cut off", () => opened(GOOD, (zip) => zip.subarray(0, zip.length - 30)), /no zip file/],
    [
      "a file too many",
      () => opened({ ...GOOD, "work.bundle": text("x"), more: text("x") }),
      /holds 4 files/,
    ],
    ["a file of another name", () => opened({ ...GOOD, "final.json": text("{}") }), /does not belong in it/],
    ["a path that leads out", () => opened({ ...GOOD, "../../x": text("x") }), /invalid relative path/],
    ["an absolute path", () => opened({ ...GOOD, "/etc/passwd": text("x") }), /absolute path/],
    ["a path with backslashes", () => opened({ ...GOOD, "..\\x": text("x") }), /invalid characters/],
    ["a folder", () => opened({ ...GOOD, "logs/": text("") }), /does not belong in it/],
    [
      "a link in place of the log",
      () => opened({ ...GOOD, "log.ndjson": [text("/etc/passwd"), { os: 3, attrs: 0o120777 << 16 }] }),
      /"log.ndjson" is no ordinary file/,
    ],
    [
      "a name that is in it twice",
      () =>
        opened({ ...GOOD, "log.ndjsox": text("") }, (zip) =>
          replaced(zip, Buffer.from("log.ndjsox"), Buffer.from("log.ndjson")),
        ),
      /is in it twice/,
    ],
    [
      "more than a header needs",
      () => opened({ ...GOOD, "parcel.json": text(" ".repeat(5_000)) }),
      /"parcel.json" has 5000 bytes; at most 4096/,
    ],
    [
      "a log that is too large",
      () => opened({ ...GOOD, "log.ndjson": Buffer.alloc(MOST_BYTES["log.ndjson"] + 1, "x") }),
      /"log.ndjson" has 16777217 bytes/,
    ],
    [
      "a bomb: more than the file says of itself",
      () =>
        opened({ ...GOOD, "parcel.json": Buffer.alloc(50_000_000) }, (zip) =>
          claiming(zip, "parcel.json", 100),
        ),
      /too many bytes in the stream/,
    ],
    ["no log", () => opened({ "parcel.json": header() }), /holds no log.ndjson/],
    ["no header", () => opened({ "log.ndjson": text(line(1)) }), /holds no parcel.json/],
    [
      "a header that is none",
      () => opened({ ...GOOD, "parcel.json": text("[]") }),
      /does not say who sent it/,
    ],
    [
      "a header with more in it",
      () => opened({ ...GOOD, "parcel.json": header({ x: 1 }) }),
      /does not say who/,
    ],
    [
      "another run's",
      () => opened({ ...GOOD, "parcel.json": header({ runId: "r1" }) }),
      /of runId "r1", not "r77"/,
    ],
    ["another hop's", () => opened({ ...GOOD, "parcel.json": header({ hop: 1 }) }), /of hop 1, not 2/],
    ["an older epoch's", () => opened({ ...GOOD, "parcel.json": header({ epoch: 2 }) }), /of epoch 2, not 3/],
    [
      "another part's",
      () => opened({ ...GOOD, "parcel.json": header({ part: "trunk" }) }),
      /of part "trunk"/,
    ],
    ["another attempt's", () => opened({ ...GOOD, "parcel.json": header({ attempt: 2 }) }), /of attempt 2/],
    [
      "lines of another run",
      () => opened({ ...GOOD, "log.ndjson": text(line(1, { run_id: "r1" })) }),
      /belongs to run "r1"/,
    ],
    [
      "a log with a hole",
      () => opened({ ...GOOD, "log.ndjson": text(line(1) + line(3)) }),
      /seq 2 is missing/,
    ],
    ["a line that is no JSON", () => opened({ ...GOOD, "log.ndjson": text("{\n") }), /line 1 is not JSON/],
    [
      "half a line",
      () => opened({ ...GOOD, "log.ndjson": text(line(1).slice(0, -1)) }),
      /in the middle of a line/,
    ],
  ])("%s", async (_what, open, why) => {
    await expect(open()).rejects.toThrow(why);
    await expect(open()).rejects.toMatchObject({ name: "HandoffError" });
  });
});
