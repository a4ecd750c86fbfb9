/** Where and when a line stood. */
import type { Where } from "../finding.ts";

export interface Mark {
  /** Epoch milliseconds; 0: the line tells no time. */
  readonly ms: number;
  readonly ts: string;
  readonly file: string | null;
  readonly line: number | null;
  readonly seq: number | null;
}

export const whereOf = ({ ts, file, line, seq }: Mark, more: Pick<Where, "node" | "branch"> = {}): Where => ({
  ...(file === null ? {} : { file }),
  ...(line === null ? {} : { line }),
  ...(seq === null ? {} : { seq }),
  ...(ts === "" ? {} : { ts }),
  ...more,
});

/** How often something was seen, and where first and last. */
export interface Times {
  count: number;
  readonly first: Mark;
  last: Mark;
}

export const markOnce = (mark: Mark): Times => ({ count: 1, first: mark, last: mark });

export function again(times: Times | null, mark: Mark): Times {
  if (times === null) return markOnce(mark);
  times.count += 1;
  times.last = mark;
  return times;
}

export const spanMs = ({ first, last }: Times): number => last.ms - first.ms;
