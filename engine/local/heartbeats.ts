/** Heartbeats of what runs, and the watch for what stands still (R-LIVE-1, 2, 6, 7). */

import type { Clock } from "../clock.ts";
import type { StageEffect } from "../core/effects.ts";
import type { BodyOf, EventBody } from "../core/events.ts";
import { startHeartbeat } from "../stages/heartbeat.ts";
import { ENDING_MS, type LiveScope, type WatchdogOptions, watchStalls } from "../stages/watchdog.ts";
import type { OpenScope } from "./open-scopes.ts";
import { scopeProgress } from "./scope-progress.ts";

export interface Beat {
  activity(bytes: number): void;
  /** Await it before the attempt's end is recorded. */
  end(): Promise<void>;
}

export interface Vitals {
  begin(effect: StageEffect, place: Place, timeoutMs: number | null): Beat;
  /** Work for the effect goes on outside its stage's own process. */
  moved(effect: StageEffect): void;
  stop(): void;
}

export type Place = Pick<BodyOf<"stage_heartbeat">, "branch_key" | "node_id" | "visit" | "attempt">;

export interface VitalsOptions {
  readonly clock: Clock;
  readonly heartbeatMs: number;
  readonly stallMs: number;
  readonly stallCheckMs: number;
  /** Asked at every check. */
  readonly scopes: () => readonly OpenScope[];
  readonly beat: (event: EventBody) => void;
  readonly stalled: (event: EventBody) => void;
  /** The run was told that it stalls and does not end: something that nobody can call off holds its driver. */
  readonly stuck: (idleMs: number) => void;
}

export const stuck = (idleMs: number): Error =>
  new Error(`nothing made progress for ${Math.round(idleMs)} ms, and what holds the run could not be ended`);

interface Patient {
  readonly scope: LiveScope;
  readonly place: Place;
}

export function vitals(options: VitalsOptions): Vitals {
  const { clock } = options;
  const patients = new Map<string, Patient>();
  const over = new AbortController();
  const scopes = scopeProgress(clock);
  const tell = (idle_ms: number, place: { node_id?: string | undefined; branch_key?: string | undefined }) =>
    options.stalled({
      event: "stall_watchdog_timeout",
      ...(place.node_id === undefined ? {} : { node_id: place.node_id }),
      ...(place.branch_key === undefined ? {} : { branch_key: place.branch_key }),
      idle_ms: Math.round(idle_ms),
      stall_timeout_ms: options.stallMs,
    });
  const watch: WatchdogOptions = {
    clock,
    stallTimeoutMs: options.stallMs,
    checkIntervalMs: options.stallCheckMs,
    scopes: () => [...scopes.look(options.scopes()), ...[...patients.values()].map(({ scope }) => scope)],
    onStall: ({ id, idle_ms }) => {
      const patient = patients.get(id);
      if (patient) return tell(idle_ms, patient.place);
      const scope = scopes.named(id);
      if (!scope) return;
      const { key, node, parent } = scope;
      tell(idle_ms, {
        ...(node === null ? {} : { node_id: node }),
        ...(key === "" ? {} : { branch_key: key }),
      });
      if (parent === null) {
        void clock.sleep(ENDING_MS, over.signal).then(() => over.signal.aborted || options.stuck(idle_ms));
      }
    },
  };
  void watchStalls(watch, over.signal);
  return {
    stop: () => over.abort(),
    moved(effect) {
      scopes.moved(effect.scope);
      const patient = patients.get(effect.id);
      if (patient)
        patients.set(effect.id, { ...patient, scope: { ...patient.scope, lastProgressAt: clock.elapsed() } });
    },
    begin(effect, place, timeoutMs) {
      const startedAt = clock.elapsed();
      const live = {
        id: effect.id,
        parent: scopes.idOf(effect.scope),
        startedAt,
        ownTimeoutMs: timeoutMs,
        waitsForHuman: false,
      };
      patients.set(effect.id, { place, scope: { ...live, lastProgressAt: startedAt } });
      const heart = startHeartbeat({
        clock,
        intervalMs: options.heartbeatMs,
        beat: (beat) => options.beat({ event: "stage_heartbeat", ...place, ...beat }),
      });
      return {
        activity(bytes) {
          heart.activity(bytes);
          if (patients.has(effect.id))
            patients.set(effect.id, { place, scope: { ...live, lastProgressAt: clock.elapsed() } });
        },
        async end() {
          patients.delete(effect.id);
          scopes.moved(effect.scope);
          await heart.stop();
        },
      };
    },
  };
}
