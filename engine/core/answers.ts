/** An answer from outside, against what waits now. */
import type { Pipeline } from "../graph/pipeline.ts";
import { answerEvent, choicesOf, matchAnswer } from "./decide/gate.ts";
import type { EventBody } from "./events.ts";
import type { RunState } from "./state.ts";

export type AnswerCheck =
  | { readonly ok: true; readonly event: EventBody }
  | { readonly ok: false; readonly message: string };

/** `gate` is its id, or its node when only one visit waits. */
export function answerTo(
  state: RunState,
  gate: string,
  label: string,
  who: Parameters<typeof answerEvent>[3],
): AnswerCheck {
  const open = [...state.scopes.values()].flatMap((scope) =>
    scope.cursor.phase === "gate" && !scope.cursor.gate.answer
      ? [{ scope, node: scope.cursor.node, gate: scope.cursor.gate }]
      : [],
  );
  const found = open.filter((one) => one.gate.id === gate || one.node === gate);
  const [one] = found;
  if (!one || found.length > 1) {
    const ids = open.map((waiting) => waiting.gate.id).join(", ");
    const message = one
      ? `several gates are called ${gate}: name one of ${ids}`
      : `no gate ${gate} waits${ids ? `; waiting: ${ids}` : ""}`;
    return { ok: false, message };
  }
  const matched = matchAnswer(one.gate, label);
  if (!matched.ok) return matched;
  return { ok: true, event: answerEvent(one.scope, one.gate, matched, who) };
}

/** What is wrong with answers that were given before their gates open. A manager's child may have gates of its own. */
export function answerProblems(
  pipeline: Pipeline,
  answers: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const managed = [...pipeline.stages.values()].some(({ handler }) => handler === "stack.manager_loop");
  return [...answers].flatMap(([node, labels]) => {
    const stage = pipeline.stages.get(node);
    if (stage?.handler !== "wait.human") {
      const gates = [...pipeline.stages.values()].flatMap(({ id, handler }) =>
        handler === "wait.human" ? [id] : [],
      );
      const known = gates.length === 0 ? "the graph has none" : `its gates: ${gates.join(", ")}`;
      return managed && !stage ? [] : [`--answer ${node}: ${node} is no human gate of the graph; ${known}`];
    }
    const gate = { id: node, options: choicesOf(pipeline, node), freeform: stage.humanFreeform };
    return labels.flatMap((label) => {
      const matched = matchAnswer(gate, label);
      return matched.ok ? [] : [`--answer ${node}=${label}: ${matched.message}`];
    });
  });
}
