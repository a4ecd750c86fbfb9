/** What of a choice's label is its key and what its text: `[K] Label`, `K) Label`, `K - Label` (specification 4.6). */
import { acceleratorOf } from "../../core/decide/gate.ts";
import type { Option } from "./question.ts";

const MARKED = /^\s*(?:\[\w+\]|\w\)|\w\s+-(?=\s))\s*(?=\S)/;

/** The label without the key in front. */
export const bareLabel = (label: string): string => label.replace(MARKED, "").trim();

/** One option per label, in order; a key that is taken becomes the option's number, so that every key means one thing. */
export function optionsOf(labels: readonly string[]): readonly Option[] {
  const taken = new Set<string>();
  return labels.map((label, index) => {
    let key = acceleratorOf(label);
    for (let number = index + 1; key === "" || taken.has(key.toLowerCase()); number++) key = String(number);
    taken.add(key.toLowerCase());
    return { key, label };
  });
}
