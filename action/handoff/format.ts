/**
 * A parcel: what a job that may write nothing hands to the job that takes it in, as an artifact of exactly these files. Who sent it stands in
 * its name and again inside; neither is believed, both must be what the ledger expects.
 */
import { type ClaimedHop, sinceClaim } from "../hop/claim.ts";

export const HEADER = "parcel.json";
export const LOG = "log.ndjson";
export const WORK = "work.bundle";

const MEBIBYTE = 1024 * 1024;

/** Bytes of each file as unpacked. */
export const MOST_BYTES = { [HEADER]: 4_096, [LOG]: 16 * MEBIBYTE, [WORK]: 200 * MEBIBYTE } as const;

/** Packed, with room for what a zip file says of its entries. */
export const MOST_PACKED = Object.values(MOST_BYTES).reduce((sum, most) => sum + most, 64 * 1024);

/** The trunk's part of a hop; a leg's is its name. */
export const TRUNK_PART = "trunk";

export interface Sender {
  readonly runId: string;
  readonly hop: number;
  readonly epoch: number;
  readonly part: string;
  readonly attempt: number;
  /** The nonce of the hop's claim; one workflow run holds several hops, and a stage of the first may upload what it likes. */
  readonly claim: string;
}

/** Of the hop that is claimed now. */
export function senderOf({ runId, state, snapshot }: ClaimedHop, part: string, attempt: number): Sender {
  const { hop = 0, epoch = 0 } = state.hop ?? {};
  const claim = String(sinceClaim(snapshot.events)[0]?.nonce ?? "");
  return { runId, hop, epoch, part, attempt, claim };
}

/** Raised for a parcel that is not taken in; says what is wrong with it. */
export class HandoffError extends Error {
  override readonly name = "HandoffError";
}
