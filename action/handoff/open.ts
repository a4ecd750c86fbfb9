/** A parcel as the job that takes it in reads it: from exactly the sender that was expected, every line an event of this run. */

import { z } from "zod";
import { ORIGIN, type Position, parseLine } from "../../engine/ledger/envelope.ts";
import type { LedgerEvent } from "../../engine/ledger/port.ts";
import { messageOf } from "../../engine/message-of.ts";
import { HandoffError, HEADER, LOG, MOST_BYTES, type Sender, WORK } from "./format.ts";
import { unzip } from "./zip.ts";

const Header = z.strictObject({
  v: z.literal(1),
  runId: z.string(),
  hop: z.number(),
  epoch: z.number(),
  part: z.string(),
  attempt: z.number(),
  claim: z.string(),
});

export interface OpenedHandoff {
  readonly events: readonly LedgerEvent[];
  /** A git bundle, not looked at yet; null when the part made no commit. */
  readonly work: Buffer | null;
}

export async function openHandoff(zip: Uint8Array, sender: Sender): Promise<OpenedHandoff> {
  const files = await unzip(zip, MOST_BYTES);
  const foreign = strangeSender(files.get(HEADER), sender);
  if (foreign !== null) throw new HandoffError(foreign);
  const log = files.get(LOG);
  if (log === undefined) throw new HandoffError(`it holds no ${LOG}`);
  return { events: linesOf(log, sender.runId), work: files.get(WORK) ?? null };
}

function strangeSender(text: Buffer | undefined, sender: Sender): string | null {
  if (text === undefined) return `it holds no ${HEADER}`;
  let said: Record<string, unknown>;
  try {
    said = Header.parse(JSON.parse(text.toString("utf8")));
  } catch {
    return `its ${HEADER} does not say who sent it`;
  }
  const other = Object.entries(sender).find(([name, value]) => said[name] !== value);
  if (other === undefined) return null;
  const [name, value] = other;
  return `it says that it is of ${name} ${JSON.stringify(said[name]).slice(0, 100)}, not ${JSON.stringify(value)}`;
}

function linesOf(log: Buffer, run: string): LedgerEvent[] {
  const events: LedgerEvent[] = [];
  let position: Position = ORIGIN;
  let from = 0;
  for (let number = 1; from < log.length; number++) {
    const end = log.indexOf(0x0a, from);
    if (end === -1) throw new HandoffError(`its ${LOG} ends in the middle of a line`);
    let event: LedgerEvent;
    try {
      event = parseLine(log.subarray(from, end), run, position, `${LOG} line ${number}`);
    } catch (error) {
      throw new HandoffError(messageOf(error));
    }
    events.push(event);
    position = { seq: event.seq, ts: event.ts };
    from = end + 1;
  }
  return events;
}
