/** Whether a stage can pay a call at its worst: the same words for a CLI's calls and for our own. */
import type { Worst } from "./worst.ts";

/** What a stage may still spend; null: no bound. */
export interface Left {
  readonly usd: number | null;
  readonly tokens: number | null;
}

/** null: it can. */
export function unaffordable(
  { model, usd, tokens }: Worst,
  left: Left,
  onUnknown: "block" | "allow",
): string | null {
  if (left.tokens !== null && tokens > left.tokens)
    return `this call could take ${tokens} tokens and the stage may spend ${Math.max(0, left.tokens)} more`;
  if (left.usd === null) return null;
  if (usd === null) {
    return onUnknown === "allow"
      ? null
      : `the price of ${model ?? "the model"} is not known and the run's money is bounded; set budget.on_unknown: allow, or name a model that the catalog prices`;
  }
  return usd <= left.usd
    ? null
    : `this call could cost ${usd.toFixed(4)} USD and the stage may spend ${Math.max(0, left.usd).toFixed(4)} USD more`;
}
