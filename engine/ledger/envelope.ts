/** The four fields that every line carries, and the rule that each line follows the one before it (R-LIFE-8). */
import { isUtf8 } from "node:buffer";
import { LedgerError, type LedgerEvent, type NewEvent } from "./port.ts";

/** One event may not be longer than this as a line: a git blob stays readable and a page stays loadable. */
export const MAX_EVENT_BYTES = 512 * 1024;

/** Where a log stands: what the next event must follow. */
export interface Position {
  readonly seq: number;
  /** "" before the first event. */
  readonly ts: string;
}

export const ORIGIN: Position = { seq: 0, ts: "" };

/** Parses one line and checks that it follows `before`. `where` names the line for people: `progress.ndjson line 7`. */
export function parseLine(line: Uint8Array, runId: string, before: Position, where: string): LedgerEvent {
  const event = parseEnvelope(line, where);
  if (event.run_id !== runId)
    throw new LedgerError(
      "foreign_run",
      `${where} belongs to run ${JSON.stringify(event.run_id)}, not to ${JSON.stringify(runId)}`,
      "the log was mixed with another run's: restore it from a copy, or remove the foreign lines",
    );
  if (event.seq === before.seq + 1) return event;
  if (event.seq <= before.seq)
    throw new LedgerError(
      "second_writer",
      `${where} has seq ${event.seq} again, after seq ${before.seq}: two processes wrote this log`,
      "stop both, keep the lines of one of them, then resume",
    );
  throw new LedgerError(
    "hole",
    `${where} has seq ${event.seq}, but seq ${before.seq + 1} is missing`,
    "restore the missing lines from a copy; a run cannot continue from half its history",
  );
}

function parseEnvelope(line: Uint8Array, where: string): LedgerEvent {
  let value: unknown;
  try {
    if (!isUtf8(line)) throw new Error("not UTF-8");
    value = JSON.parse(Buffer.from(line.buffer, line.byteOffset, line.byteLength).toString("utf8"));
  } catch (cause) {
    throw corrupt(`${where} is not JSON (${cause instanceof Error ? cause.message : cause})`, { cause });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw corrupt(`${where} is not an object`);
  const fields = value as Record<string, unknown>;
  if (!Number.isSafeInteger(fields.seq) || (fields.seq as number) < 1) throw corrupt(`${where} has no seq`);
  for (const name of ["ts", "run_id", "event"])
    if (typeof fields[name] !== "string" || fields[name] === "") throw corrupt(`${where} has no ${name}`);
  return value as LedgerEvent;
}

const corrupt = (message: string, options?: ErrorOptions): LedgerError =>
  new LedgerError("corrupt", message, "restore the log from a copy; nothing was changed", options);

/** Gives new events their seq, run id and a time that never goes back; each as the line that will be stored. */
export function stamp(events: readonly NewEvent[], runId: string, after: Position): StampedLine[] {
  let { seq, ts } = after;
  return events.map((given) => {
    seq += 1;
    ts = laterOf(ts, timeOf(given));
    // Envelope first for the reader's eye, and last again so that no field of the event can replace it.
    const envelope = { seq, ts, run_id: runId, event: given.event };
    const line = `${JSON.stringify({ ...envelope, ...given, ...envelope })}\n`;
    if (Buffer.byteLength(line) > MAX_EVENT_BYTES) throw tooLong(given, Buffer.byteLength(line));
    return { line, event: JSON.parse(line) as LedgerEvent };
  });
}

export function stampFirst(events: readonly NewEvent[], runId: string): StampedLine[] {
  if (events.length > 0) return stamp(events, runId, ORIGIN);
  throw new LedgerError("refused", `run ${runId} was to begin with no event`, "begin it with run_started");
}

/** The event as its writer had it, to be given its place anew. */
export function unstamped({ seq: _seq, run_id: _run, ...event }: LedgerEvent): NewEvent {
  return event as NewEvent;
}

export interface StampedLine {
  readonly line: string;
  /** Exactly what a reader of the line will see. */
  readonly event: LedgerEvent;
}

const RFC3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/;

function timeOf(event: NewEvent): string {
  if (typeof event.ts === "string" && RFC3339.test(event.ts) && !Number.isNaN(Date.parse(event.ts)))
    return event.ts;
  throw new LedgerError(
    "refused",
    `event ${JSON.stringify(event.event)} has ts ${JSON.stringify(event.ts)}, which is no RFC 3339 time`,
    "give every event the time of the writer's clock, such as new Date().toISOString()",
  );
}

const laterOf = (before: string, now: string): string =>
  before !== "" && Date.parse(now) < Date.parse(before) ? before : now;

function tooLong(event: NewEvent, bytes: number): LedgerError {
  const longest = Object.entries(event).sort((a, b) => size(b[1]) - size(a[1]))[0]?.[0] ?? "?";
  return new LedgerError(
    "refused",
    `event ${JSON.stringify(event.event)} would take ${bytes} bytes, more than ${MAX_EVENT_BYTES}; its longest field is ${JSON.stringify(longest)}`,
    "store long content as an artifact and put its digest and an excerpt into the event",
  );
}

const size = (value: unknown): number => JSON.stringify(value)?.length ?? 0;
