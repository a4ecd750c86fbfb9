/** Bounds that a person raises when a run is resumed: `usd=20`, `minutes=90`. */
import type { Budget } from "./events/run.ts";

const NAMES = ["usd", "tokens", "minutes", "attempts", "jobs"] as const;
type Name = (typeof NAMES)[number];
export type NewBounds = Readonly<Partial<Record<Name, number>>>;

const NONE: Budget = {
  ...{ usd: null, tokens: null, minutes: null, attempts: null, jobs: null },
  on_unknown: "block",
};

/** For the event: nothing where no bound is new. */
export const newBudget = (before: Budget | null, bounds: NewBounds): { budget?: Budget } =>
  Object.keys(bounds).length === 0 ? {} : { budget: { ...(before ?? NONE), ...bounds } };

/** The bounds, or what is wrong with the first word that is none. */
export function readBounds(words: readonly string[]): NewBounds | string {
  const bounds: Partial<Record<Name, number>> = {};
  for (const word of words) {
    const [, key = "", text = ""] = /^(\w+)=(.+)$/.exec(word) ?? [];
    const name = NAMES.find((one) => one === key);
    const value = Number(text);
    const whole = name === "usd" || name === "minutes" || Number.isSafeInteger(value);
    if (name === undefined || !(value > 0 && value < 1e12) || !whole)
      return `a bound is written NAME=NUMBER, the name one of ${NAMES.join(", ")}, not ${JSON.stringify(word.slice(0, 40))}`;
    bounds[name] = value;
  }
  return bounds;
}
