/** Who looks at the run beside its jobs: sweeps of the workflow, or the app, slow, down, or without a timer of its own. */
import { coordinate } from "../../github/coordinator/coordinate.ts";
import type { SimWorld } from "./model.ts";
import { isOver, PLAYED_MS } from "./people.ts";
import type { Life } from "./time.ts";
import type { SimRun } from "./workflow-run.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export interface Coordinators {
  /** Somebody said something to the run. */
  heard(): void;
  /** A workflow run is over. */
  see(run: SimRun): void;
  /** The nets under everything that is lost. */
  begin(): void;
  /** Looks so far. */
  looks(): number;
}

export interface Troubles {
  readonly rough: number;
  readonly problem: (error: unknown) => void;
}

/** One look, by a process that may die at any moment of it. */
function looker(
  world: SimWorld,
  name: string,
  { rough, problem }: Troubles,
  tried: () => Map<string, number>,
) {
  const { chance, time, refs } = world;
  let count = 0;
  return {
    count: () => count,
    look(then: (lookAgainAt: number) => void = () => undefined): void {
      const life: Life = { name: `${name} ${count++}`, dead: false };
      if (chance.happens(rough * 0.2)) time.after(chance.between(1, 5_000), () => (life.dead = true));
      if (!refs.heads.has("trunk")) return;
      coordinate({ ...world.coordination(life), tried: tried() }).then(
        (found) => {
          world.hinted(found.hints);
          if (found.status !== "ended") then(found.lookAgainAt);
        },
        (error: unknown) => {
          if (!String(error).includes("times while it was looked at")) problem(error);
        },
      );
    },
  };
}

/** A job each: a comment, a workflow run that did not end well, the hour. */
export function sweeps(world: SimWorld, troubles: Troubles): Coordinators {
  const { chance, time } = world;
  /** Whether a dispatch by a job's token tells of its end: nobody knows yet. */
  const tokenTells = chance.happens(0.5);
  const { look, count } = looker(world, "sweep", troubles, () => new Map());
  const sweep = () => time.after(chance.between(5_000, 40_000), () => look());
  return {
    heard: sweep,
    looks: count,
    see(run) {
      const isHeard = run.conclusion !== "success" && (run.input === null || tokenTells);
      for (let copies = chance.happens(troubles.rough * 0.2) ? 2 : 1; isHeard && copies > 0; copies--)
        if (!chance.happens(troubles.rough * 0.5)) sweep();
    },
    begin() {
      for (let at = HOUR; at < PLAYED_MS; at += HOUR)
        time.after(at, () => {
          if (!isOver(world)) sweep();
        });
    },
  };
}

const ASKED_EVERY_MS = 15_000;

export function app(world: SimWorld, troubles: Troubles): Coordinators {
  const { chance, time } = world;
  const { rough } = troubles;
  /** Functions that a webhook wakes, and nothing else. */
  const isTimerless = rough > 0 && chance.happens(0.3);
  const downs: [from: number, until: number][] = [];
  for (let at = 0; at < PLAYED_MS; at += chance.between(10 * MINUTE, 3 * HOUR))
    if (chance.happens(rough * 0.4))
      downs.push([time.now() + at, time.now() + at + chance.between(1_000, 40 * MINUTE)]);
  const isDown = () => downs.some(([from, until]) => time.now() >= from && time.now() < until);
  const memory = new Map<string, number>();
  const { look, count } = looker(world, "app", troubles, () => (isTimerless ? new Map() : memory));
  const now = () => {
    if (isDown()) return;
    look((again) => {
      if (!isTimerless && Number.isFinite(again)) time.after(Math.max(1_000, again - time.now()), now);
    });
  };
  const soon = () => {
    const slow = chance.happens(rough * 0.3) ? chance.between(1_000, 100_000) : 0;
    time.after(chance.between(200, 5_000) + slow, now);
  };
  return {
    heard: soon,
    looks: count,
    see() {
      for (let copies = chance.happens(0.2) ? 2 : 1; copies > 0; copies--)
        if (!chance.happens(rough * 0.4)) soon();
    },
    begin() {
      for (let at = 5 * MINUTE; at < PLAYED_MS; at += 5 * MINUTE)
        time.after(at, () => {
          if (!isOver(world)) now();
        });
      if (isTimerless) return;
      const watch = () => {
        if (world.asking.size > 0) now();
        if (!isOver(world)) time.after(ASKED_EVERY_MS, watch);
      };
      time.after(ASKED_EVERY_MS, watch);
    },
  };
}
