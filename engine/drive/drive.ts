/**
 * The one loop of every driver: decide, record, perform, record. What differs between a laptop, a trunk job and a leg
 * are the ports. Nothing is performed before its intent is durable; nothing named no longer goes on.
 */

import type { Clock } from "../clock.ts";
import { attemptEnd } from "../core/attempt-end.ts";
import { attemptStart } from "../core/attempt-start.ts";
import {
  type Effect,
  type GateEffect,
  type PauseEffect,
  type StageEffect,
  waitsForPerson,
} from "../core/effects.ts";
import type { EventBody } from "../core/events.ts";
import type { AttemptResult } from "../core/outcome.ts";
import { stopping } from "../core/stopping.ts";
import { type DecisionPorts, recordDecisions } from "./decisions.ts";
import { inbox } from "./inbox.ts";
import type { RunLog } from "./log.ts";

export interface DrivePorts extends DecisionPorts {
  readonly clock: Clock;
  /** Runs one attempt to its end. Resolves, also when aborted; a rejection is a fault of the engine. */
  readonly perform: (effect: StageEffect, signal: AbortSignal) => Promise<AttemptResult>;
  /** Puts a question; null: nobody can be asked here, the run waits. */
  readonly ask?: (effect: GateEffect, signal: AbortSignal) => Promise<EventBody | null>;
  /** False also for a stage that another driver runs. */
  readonly may?: (event: EventBody) => boolean;
  /** False when a stage may no longer start here (a job's time is running out): the hop yields. */
  readonly mayStart?: (effect: StageEffect) => boolean;
  /** After every flush: projections, a screen. */
  readonly flushed?: () => Promise<void>;
}

export type DriveEnd = "ended" | "waiting" | "held" | "yield";

export interface Drive {
  readonly done: Promise<DriveEnd>;
  /** Records what came from outside (a cancel, an answer, a stall) and goes on from there. */
  tell(event: EventBody): void;
  /** Ends the drive at once, also while it waits for what never comes. */
  fail(error: Error): void;
}

/** What a driver does itself; a pause is only waited for. */
type Doable = Exclude<Effect, PauseEffect>;

interface Flight {
  readonly effect: Doable;
  readonly abort: AbortController;
}

export function drive(log: RunLog, ports: DrivePorts): Drive {
  const box = inbox<() => void>();
  const flights = new Map<string, Flight>();
  /** Gates that nobody here can answer. */
  const unasked = new Set<string>();
  const rests = new Map<string, number>();
  let wake: AbortController | null = null;

  const launch = (effect: Doable) => {
    const abort = new AbortController();
    flights.set(effect.id, { effect, abort });
    const landing = effect.kind === "stage" ? fly(effect, abort.signal) : question(effect, abort.signal);
    landing.then(
      (record) => box.put(record),
      (error: unknown) => box.fail(error),
    );
  };

  async function fly(effect: StageEffect, signal: AbortSignal): Promise<() => void> {
    const result = await ports.perform(effect, signal);
    return () => {
      flights.delete(effect.id);
      log.push(attemptEnd(log.pipeline, log.state, effect, result));
    };
  }

  async function question(effect: GateEffect, signal: AbortSignal): Promise<() => void> {
    const answer = ports.ask ? await ports.ask(effect, signal) : null;
    return () => {
      flights.delete(effect.id);
      if (answer && !signal.aborted) log.push(answer);
      else if (!signal.aborted) unasked.add(effect.id);
    };
  }

  /** When it may start. The log says until when it rests; how long that is from here no clock's jump may change. */
  function dueOf({ id, notBefore }: StageEffect): number {
    if (notBefore === null) return 0;
    const known = rests.get(id);
    if (known !== undefined) return known;
    const due = ports.clock.elapsed() + notBefore - Math.max(ports.clock.now(), log.state.now);
    rests.set(id, due);
    return due;
  }

  /** Ends what is no longer wanted, begins what is; says when the next retry is due. */
  function reconcile(effects: readonly Effect[]): {
    start: Doable[];
    dueAt: number | null;
    refused: boolean;
    elsewhere: boolean;
  } {
    const wanted = new Set(effects.map((effect) => effect.id));
    for (const [id, flight] of flights) if (!wanted.has(id)) flight.abort.abort(whyOver(log, flight.effect));
    const start: Doable[] = [];
    let dueAt: number | null = null;
    let refused = false;
    let elsewhere = false;
    for (const effect of effects) {
      if (effect.kind === "pause" || flights.has(effect.id) || unasked.has(effect.id)) continue;
      if (effect.kind === "stage") {
        const started = attemptStart(log.pipeline, effect);
        if (ports.may?.(started) === false) {
          elsewhere = true;
          continue;
        }
        const due = dueOf(effect);
        if (due > ports.clock.elapsed()) {
          dueAt = dueAt === null ? due : Math.min(dueAt, due);
          continue;
        }
        rests.delete(effect.id);
        if (ports.mayStart?.(effect) === false) {
          refused = true;
          continue;
        }
        log.push(started);
      }
      start.push(effect);
    }
    return { start, dueAt, refused, elsewhere };
  }

  async function loop(): Promise<DriveEnd> {
    for (;;) {
      const { held, effects } = recordDecisions(log, ports);
      const { start, dueAt, refused, elsewhere } = reconcile(effects);
      await log.flush();
      await ports.flushed?.();
      for (const effect of start) launch(effect);
      if (log.state.ended && flights.size === 0) return "ended";
      if (flights.size === 0 && dueAt === null && !box.waiting) {
        if (refused) return "yield";
        if (held || elsewhere) return "held";
        if (effects.length > 0 && effects.every(waitsForPerson)) return "waiting";
        // What is left lies outside this driver's part.
        if (ports.focus !== undefined) return log.state.scopes.has(ports.focus) ? "held" : "ended";
        throw new Error(
          `run ${log.state.runId} has nothing to do and no end; this is a defect of the engine`,
        );
      }
      wake = new AbortController();
      if (dueAt !== null) {
        const alarm = wake;
        void ports.clock
          .sleep(dueAt - ports.clock.elapsed(), alarm.signal)
          .then(() => box.put(() => undefined));
      }
      for (const record of await box.take()) record();
      wake.abort("awake");
    }
  }

  const failed = Promise.withResolvers<never>();
  const done = Promise.race([loop(), failed.promise]).finally(() => {
    wake?.abort("over");
    for (const flight of flights.values()) flight.abort.abort("the driver stopped");
  });
  return {
    done,
    fail: (error) => {
      failed.reject(error);
      // A loop that still turns records nothing more.
      box.fail(error);
    },
    tell: (event) => box.put(() => void (log.state.ended === null && log.push(event))),
  };
}

/** What a stage that is ended early is told. */
function whyOver({ state }: RunLog, effect: Effect): string {
  const scope = state.scopes.get(effect.scope);
  return (scope && stopping(state, scope)?.reason) ?? "no longer wanted";
}
