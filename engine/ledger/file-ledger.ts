/** The ledger as `progress.ndjson` in a run folder: lines only ever appended, durable before the promise resolves. */
import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import { inTurn } from "../git/one-at-a-time.ts";
import { syncFolder } from "./atomic.ts";
import { ORIGIN, type StampedLine, stamp, stampFirst } from "./envelope.ts";
import { type FileLog, fileTip, readFileLog } from "./file-log.ts";
import { type LogFile, openLogFile, sizeAt } from "./log-file.ts";
import {
  type AppendResult,
  existsAlready,
  type Ledger,
  LedgerError,
  type NewEvent,
  type Snapshot,
  type Tip,
} from "./port.ts";
import { errorNumber, writeFailed } from "./write-failed.ts";

export interface FileLedger extends Ledger {
  /**
   * `durable: false` skips the fsync, for lines whose loss changes nothing (heartbeats); the next durable append
   * makes them durable too.
   */
  append(
    tip: Tip,
    events: readonly NewEvent[],
    options?: { readonly durable?: boolean },
  ): Promise<AppendResult>;
}

/** What this instance believes the file holds. */
type Known = Omit<FileLog, "events">;

/** Touches nothing before the first call. One instance per writer; the run folder's lock keeps a second one away. */
export function fileLedger(path: string, runId: string): FileLedger {
  const turn = inTurn();
  let known: Known | null = null;
  let file: LogFile | null = null;
  /** After a failed write nobody knows what the disk holds; this instance writes no more. */
  let broken: LedgerError | null = null;

  async function look(): Promise<FileLog> {
    const log = await readFileLog(path, runId);
    known = { position: log.position, length: log.length, tip: log.tip, torn: log.torn };
    return log;
  }

  async function store(at: Known, lines: readonly StampedLine[], durable: boolean): Promise<Tip> {
    try {
      file ??= await openLogFile(path, "a");
      if (at.torn) await file.cut(at.length);
      known = await write(file, at, lines, durable);
      return known.tip;
    } catch (error) {
      broken = error instanceof LedgerError ? error : writeFailed(path, error);
      // What was half written must not look valid; if even the cut fails, the next reader leaves the torn line out.
      if (broken.code === "write_failed") await file?.cut(at.length).catch(() => undefined);
      throw broken;
    }
  }

  async function write(
    to: LogFile,
    at: Known,
    lines: readonly StampedLine[],
    durable: boolean,
  ): Promise<Known> {
    const data = Buffer.from(lines.map((each) => each.line).join(""));
    await to.append(data, durable);
    const length = at.length + data.length;
    const size = sizeAt(path);
    if (size !== length) throw interleaved(path, size - length);
    const last = lines.at(-1)!;
    const { seq, ts } = last.event;
    return {
      position: { seq, ts },
      length,
      tip: fileTip(length, Buffer.from(last.line.slice(0, -1))),
      torn: null,
    };
  }

  /** Where the file stands, read again only when it is not as this instance left it. */
  async function current(): Promise<Known> {
    if (!known) return await look();
    const size = sizeAt(path);
    if (size < known.length) throw shortened(path, known.length, size);
    return size === known.length + (known.torn?.bytes ?? 0) ? known : await look();
  }

  async function append(tip: Tip, events: readonly NewEvent[], durable: boolean): Promise<AppendResult> {
    if (broken) throw broken;
    const at = await current();
    if (at.tip !== tip) return { ok: false, reason: "moved", tip: at.tip };
    if (events.length === 0) return { ok: true, tip, events: [] };
    const lines = stamp(events, runId, at.position);
    return { ok: true, tip: await store(at, lines, durable), events: lines.map((each) => each.event) };
  }

  async function create(first: readonly NewEvent[]): Promise<AppendResult & { ok: true }> {
    const lines = stampFirst(first, runId);
    try {
      file = await openLogFile(path, "ax");
    } catch (error) {
      throw errorNumber(error) === "EEXIST" ? existsAlready(path, error) : writeFailed(path, error);
    }
    let tip: Tip;
    try {
      tip = await store(EMPTY, lines, true);
      await syncFolder(dirname(path));
    } catch (error) {
      broken = error instanceof LedgerError ? error : writeFailed(path, error);
      // A run that never began leaves nothing that looks like one.
      await rm(path, { force: true }).catch(() => undefined);
      throw broken;
    }
    return { ok: true, tip, events: lines.map((each) => each.event) };
  }

  return {
    runId,
    create: (first) => turn(() => create(first)),
    read: () =>
      turn(async (): Promise<Snapshot> => {
        const { tip, events, torn } = await look();
        return torn ? { tip, events, repaired: torn } : { tip, events };
      }),
    append: (tip, events, { durable = true } = {}) => turn(() => append(tip, events, durable)),
    close: () =>
      turn(async () => {
        await file?.close();
        file = null;
      }),
  };
}

const EMPTY: Known = { position: ORIGIN, length: 0, tip: fileTip(0, Buffer.alloc(0)), torn: null };

const shortened = (path: string, expected: number, found: number): LedgerError =>
  new LedgerError(
    "second_writer",
    `${path} has ${found} bytes where this process left ${expected}: somebody cut or replaced the log`,
    "stop every process that uses this run folder, restore the log from a copy, then resume",
  );

const interleaved = (path: string, bytes: number): LedgerError =>
  new LedgerError(
    "second_writer",
    `${path} is ${bytes} bytes off what this process wrote: a second process writes this log`,
    "stop every process that uses this run folder, keep the lines of one of them, then resume",
  );
