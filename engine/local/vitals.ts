/** Heartbeats of what runs, and the watch for what stands still (R-LIVE-1, 2, 6, 7). */
import type { StageEffect } from "../core/effects.ts";
import type { BodyOf, EventBody } from "../core/events.ts";
import type { Clock } from "../drive/clock.ts";
import { startHeartbeat } from "../stages/heartbeat.ts";
import { type LiveScope, type WatchdogOptions, watchStalls } from "../stages/watchdog.ts";

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
  readonly clock: Clock;
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
  const over = new AbortController();
  const watch: WatchdogOptions = {
    clock: options.clock,
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
  };
  void watchStalls(watch, over.signal);
  return {
    stop: () => over.abort(),
    begin(effect, place, timeoutMs) {
      const startedAt = options.clock.now();
      const live = { id: effect.id, parent: null, startedAt, ownTimeoutMs: timeoutMs, waitsForHuman: false };
      patients.set(effect.id, { place, scope: { ...live, lastProgressAt: startedAt } });
      const heart = startHeartbeat({
        clock: options.clock,
        intervalMs: options.heartbeatMs,
        beat: (beat) => options.beat({ event: "stage_heartbeat", ...place, ...beat }),
      });
      return {
        activity(bytes) {
          heart.activity(bytes);
          patients.set(effect.id, { place, scope: { ...live, lastProgressAt: options.clock.now() } });
        },
        async end() {
          patients.delete(effect.id);
          await heart.stop();
        },
      };
    },
  };
}
