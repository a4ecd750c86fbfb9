/** Which keys of the context somebody sets: the engine, or a stage whose text mentions them. */
import { textOf } from "../../attributes.ts";
import type { LintContext } from "../context.ts";

/** What the engine sets. */
export const ENGINE_KEYS = [
  "outcome",
  "preferred_label",
  "failure_reason",
  "failure_class",
  "failure_signature",
  "failed_node",
  "previous_node",
  "current_node",
  "last_stage",
  "last_response",
  "agent.output",
  "tool.output",
  "tool_stdout",
];
export const ENGINE_FAMILIES =
  /^(?:graph|input|internal|parallel|human\.gate|tool|stack|work|loop_restart)\./;

/** They read a key: naming it there sets nothing. */
const READERS: ReadonlySet<string> = new Set(["items"]);

function wordsOfStages({ graph }: LintContext): ReadonlySet<string> {
  const words = new Set<string>();
  const collect = (text: string | null): void => {
    for (const word of text?.match(/[A-Za-z0-9_]+/g) ?? []) words.add(word);
  };
  for (const { attrs } of graph.nodes.values())
    for (const attr of attrs.values()) if (!READERS.has(attr.key)) collect(attr.value);
  collect(textOf(graph.attrs, "goal"));
  collect(textOf(graph.attrs, "loop_restart_persist_keys"));
  return words;
}

export const isMentioned = (context: LintContext, key: string): boolean =>
  key.split(/[.-]/).every((word) => context.once(wordsOfStages).has(word));
