/** What one model call's bytes tell beside what the SDK reads from them. */

export interface Wire {
  /** Bytes of the answer so far, pings included. */
  bytes: number;
  /** When something other than a ping came last; of `performance.now()`. */
  progressAt: number;
  /** What the normaliser did to the stream. */
  readonly repairs: Set<string>;
  /** Ids of calls that the finished answer lists, where the protocol lists them. */
  readonly listed: string[];
  /** The events that told of usage, as text: read only when the answer did not come to its end. */
  readonly usage: string[];
  /** Why the request was not sent: the stage cannot pay it. */
  unpaid: string | null;
  readonly onBytes: (bytes: number) => void;
}

export const newWire = (onBytes: (bytes: number) => void = () => undefined): Wire => ({
  bytes: 0,
  progressAt: performance.now(),
  repairs: new Set(),
  listed: [],
  usage: [],
  unpaid: null,
  onBytes,
});
