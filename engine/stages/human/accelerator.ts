/** The options of a question, made from the labels of a gate. */
import { acceleratorOf } from "../../graph/labels.ts";
import type { Option } from "./question.ts";

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
