/** Whether a stage can pay a call at its worst price: the same words for a CLI's calls and for our own. */
import type { Worst } from "./worst.ts";

/** null: it can. `left`: US dollars. */
export function unaffordable(
  { model, usd }: Worst,
  left: number,
  onUnknown: "block" | "allow",
): string | null {
  if (usd === null) {
    return onUnknown === "allow"
      ? null
      : `the price of ${model ?? "the model"} is not known and the run's money is bounded; set budget.on_unknown: allow, or name a model that the catalog prices`;
  }
  return usd <= left
    ? null
    : `this call could cost ${usd.toFixed(4)} USD and the stage may spend ${Math.max(0, left).toFixed(4)} USD more`;
}
