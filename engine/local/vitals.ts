/** Heartbeats of what runs, and the watch for what stands still (R-LIVE-1, 2, 6, 7). */
import type { StageEffect } from "../core/effects.ts";
import type { BodyOf, EventBody } from "../core/events.ts";
import { startHeartbeat } from "../stages/heartbeat.ts";
import { type LiveScope, watchStalls } from "../stages/watchdog.ts";

export interface Beat {
  activity(bytes: number): void;
  /** Await it before the attempt's end is recorded. */
  end(): Promise<void>;
}

export interface Vitals {
  begin(effect: StageEffect, place: Place, timeoutMs: number | null): Beat;
  stop(): void;
}

export type Place = Pick<BodyOf<"stage_heartbeat">, "branch_key" | "node_id" | "visit" | "attempt">;

export interface VitalsOptions {
  readonly heartbeatMs: number;
  readonly stallMs: number;
  readonly stallCheckMs: number;
  readonly beat: (event: EventBody) => void;
  readonly stalled: (event: EventBody) => void;
}

interface Patient {
  readonly scope: LiveScope;
  readonly place: Place;
}

export function vitals(options: VitalsOptions): Vitals {
  const patients = new Map<string, Patient>();
  const stop = watchStalls({
    stallTimeoutMs: options.stallMs,
    checkIntervalMs: options.stallCheckMs,
    scopes: () => [...patients.values()].map((patient) => patient.scope),
    onStall: ({ id, idle_ms }) => {
      const { node_id, branch_key } = patients.get(id)?.place ?? {};
      options.stalled({
        event: "stall_watchdog_timeout",
        ...(node_id === undefined ? {} : { node_id }),
        ...(branch_key === undefined ? {} : { branch_key }),
        idle_ms,
        stall_timeout_ms: options.stallMs,
      });
    },
  });
  return {
    stop,
    begin(effect, place, timeoutMs) {
      const startedAt = performance.now();
      const live = { id: effect.id, parent: null, startedAt, ownTimeoutMs: timeoutMs, waitsForHuman: false };
      patients.set(effect.id, { place, scope: { ...live, lastProgressAt: startedAt } });
      const heart = startHeartbeat({
        intervalMs: options.heartbeatMs,
        beat: (beat) => options.beat({ event: "stage_heartbeat", ...place, ...beat }),
      });
      return {
        activity(bytes) {
          heart.activity(bytes);
          patients.set(effect.id, { place, scope: { ...live, lastProgressAt: performance.now() } });
        },
        async end() {
          patients.delete(effect.id);
          await heart.stop();
        },
      };
    },
  };
}
