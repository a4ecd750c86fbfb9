/** The documented context keys (R-CTX-3): what conditions and prompts may read, and who sets them. */
import type { Pipeline } from "../graph/pipeline.ts";
import type { JsonValue } from "./outcome.ts";
import type { Ended, Scope } from "./state.ts";

export function initialContext(
  pipeline: Pipeline,
  goal: string,
  inputs: Readonly<Record<string, string>>,
): Map<string, JsonValue> {
  const context = new Map<string, JsonValue>();
  for (const [key, value] of pipeline.attrs) context.set(`graph.${key}`, value);
  context.set("graph.goal", goal);
  for (const [key, value] of Object.entries(inputs)) context.set(`input.${key}`, value);
  return context;
}

/** After a visit: what the next condition, prompt and check see. A pass-through leaves all but its own name. */
export function setOutcome(scope: Scope, ended: Ended): void {
  const { context } = scope;
  context.set("previous_node", ended.node);
  if (ended.passedOn) return;
  context.set("outcome", ended.status);
  context.set("preferred_label", ended.preferredLabel ?? "");
  context.set("failure_reason", ended.failure?.reason ?? "");
  context.set("failure_class", ended.failure?.class ?? "");
  context.set("failure_signature", ended.failure?.signature ?? "");
  context.set("failed_node", ended.failure ? (ended.failure.cause?.node_id ?? ended.node) : "");
}

/** What the engine itself says in the context: a stage that could write it would forge an answer, an input or a join. */
const ENGINE_SAYS =
  /^(?:context\.)*(?:(?:outcome|preferred_label|failure_reason|failure_class|failure_signature|failed_node|current_node|previous_node|work\.(?:item|index))$|(?:graph|input|internal|human\.gate|parallel|loop_restart)(?:\.|$))/;

/** The exceptions: what a handler is there to say. */
const SAID_BY: Readonly<Record<string, RegExp>> = {
  "wait.human": /^human\.gate\./,
  "parallel.fan_in": /^parallel\.fan_in\./,
};

/** Whether a node's end may set this key (docs/decisions/045). */
export const mayBeSetBy = (handler: string, key: string): boolean =>
  !ENGINE_SAYS.test(key) || (SAID_BY[handler]?.test(key) ?? false);

/** A context value as conditions compare it. */
export function asText(value: JsonValue | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** What a restart keeps: the graph, the inputs, and the keys its author named. */
export function restartContext(
  pipeline: Pipeline,
  context: ReadonlyMap<string, JsonValue>,
): Map<string, JsonValue> {
  const keep = new Set(pipeline.restartPersistKeys);
  return new Map(
    [...context].filter(([key]) => key.startsWith("graph.") || key.startsWith("input.") || keep.has(key)),
  );
}
