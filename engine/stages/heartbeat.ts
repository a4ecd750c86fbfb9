/** Proof of life of one attempt: a scope that beats while the attempt runs and cannot beat after it (R-LIVE-1, R-LIVE-6). */
import { type Clock, machineClock } from "../clock.ts";

export interface HeartbeatFacts {
  readonly elapsed_ms: number;
  readonly output_bytes: number;
  readonly since_last_output_ms: number;
}

export interface Heartbeat {
  /** Output bytes so far; a call without more of them is progress of another kind. */
  readonly activity: (bytes: number) => void;
  /** Await it before the attempt's end is recorded: no beat begins after the call, and one under way is over. */
  readonly stop: () => Promise<void>;
}

export interface HeartbeatOptions {
  readonly intervalMs: number;
  /** May take its time; the next beat waits for it. What it rejects with, `stop` rejects with. */
  readonly beat: (beat: HeartbeatFacts) => void | Promise<void>;
  readonly clock?: Clock;
}

export function startHeartbeat({ intervalMs, beat, clock = machineClock }: HeartbeatOptions): Heartbeat {
  const started = clock.elapsed();
  const over = new AbortController();
  let lastOutput = started;
  let bytes = 0;

  const pulse = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(intervalMs, over.signal);
      if (over.signal.aborted) return;
      const now = clock.elapsed();
      await beat({ elapsed_ms: now - started, output_bytes: bytes, since_last_output_ms: now - lastOutput });
    }
  };
  const beating = pulse();
  // Told by `stop`; until then nobody waits for it.
  beating.catch(() => {});

  return {
    activity(soFar) {
      bytes = Math.max(bytes, soFar);
      lastOutput = clock.elapsed();
    },
    async stop() {
      // A reason of its own: the one that is made up is an exception with a stack, at every stage.
      over.abort("over");
      await beating;
    },
  };
}
