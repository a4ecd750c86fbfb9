/**
 * Time as GitHub has it: every answer tells it. Deadlines, ages and what is written into logs are then the same for the
 * app, its runners and other coordinators, however wrong this machine's clock is (R-SEC-10).
 */
import type { Clock } from "../../engine/clock.ts";

export interface GitHubClock extends Clock {
  /** `date`: the header of an answer that came just now. */
  heard(date: string): void;
}

/** The header has whole seconds, and an answer takes some time: within this nothing is wrong. */
const TOLERATED_MS = 3_000;

export function gitHubClock(machine: Clock): GitHubClock {
  let ahead = 0;
  return {
    now: () => machine.now() + ahead,
    elapsed: machine.elapsed,
    sleep: machine.sleep,
    heard(date) {
      const there = Date.parse(date);
      if (!Number.isFinite(there)) return;
      const off = there + 500 - machine.now();
      if (Math.abs(off) <= TOLERATED_MS) ahead = 0;
      else if (Math.abs(off - ahead) > TOLERATED_MS) ahead = off;
    },
  };
}
