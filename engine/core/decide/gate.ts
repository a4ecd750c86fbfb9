/** A question to a person: opened, answered once, or its time runs out (R-LIFE-9, R-GH-7). */
import { clip } from "../../failure/clip.ts";
import { judgeWith } from "../../graph/condition.ts";
import { acceleratorOf, normalizeLabel } from "../../graph/labels.ts";
import type { Pipeline, Route, Stage } from "../../graph/pipeline.ts";
import { clippedNotes } from "../clip-for-log.ts";
import type { BodyOf } from "../events.ts";
import { jsonBytes } from "../json-bytes.ts";
import type { Gate, Scope } from "../state.ts";
import { pureEnd, pureFailure } from "./pure.ts";
import { at, type Step } from "./step.ts";

/** Question and answer are events of the log, which have their limit. */
const QUESTION_BYTES = 16 * 1024;
const OPTIONS_BYTES = 200 * 1024;
const ANSWER_BYTES = 64 * 1024;

export function openGate(pipeline: Pipeline, scope: Scope, stage: Stage): Step {
  const visit = scope.nodes.get(stage.id)?.visits ?? 1;
  const options = choicesOf(pipeline, stage.id);
  if (options.length === 0) {
    return pureFailure(
      scope,
      stage,
      `${stage.id} asks a person but offers no choice: draw an edge for each answer`,
      "structural",
      "no_choices",
    );
  }
  const bytes = jsonBytes(options);
  if (bytes > OPTIONS_BYTES) {
    const reason = `the choices of ${clip(stage.id, 200).text} have ${bytes} bytes, at most ${OPTIONS_BYTES} fit into a question; give fewer edges or shorter labels`;
    return pureFailure(scope, stage, reason, "structural", "too_many_choices");
  }
  return {
    event: {
      event: "human_gate_waiting",
      ...at(scope),
      node_id: stage.id,
      visit,
      gate: gateId(scope, stage.id, visit),
      question: clip(stage.attrs.get("question") ?? (stage.prompt || stage.label), QUESTION_BYTES).text,
      options,
      freeform: stage.humanFreeform,
      timeout_ms: stage.humanTimeoutMs,
      ...(stage.humanDefaultChoice === null ? {} : { default_choice: stage.humanDefaultChoice }),
    },
  };
}

type Choice = Gate["options"][number];

/** What a gate offers, whether it is open or not. */
export const choicesOf = (pipeline: Pipeline, node: string): Choice[] =>
  (pipeline.out.get(node) ?? []).filter(isChoice).map((route) => ({
    key: acceleratorOf(route.label || route.to),
    label: route.label || route.to,
    to: route.to,
    edge: route.index,
  }));

/** Every edge is a choice (specification 4.6), but one that waits for the gate to fail, as when nobody answers. */
const isChoice = ({ condition }: Route): boolean =>
  condition === null || judgeWith(condition, { outcome: "success" }) !== false;

const gateId = (scope: Scope, node: string, visit: number): string =>
  `${scope.key === "" ? "" : `${scope.key}/`}${node}/${visit}`;

export function gate(pipeline: Pipeline, scope: Scope, open: Gate, stop: string | null): Step {
  const cursor = scope.cursor;
  const stage = cursor.phase === "gate" ? pipeline.stages.get(cursor.node) : undefined;
  if (!stage) return null;
  if (stop !== null) return pureFailure(scope, stage, stop, "canceled", "canceled");
  const { answer } = open;
  if (!answer) return null;
  if (answer.label === undefined && answer.text === undefined) {
    const offered = open.options.map(({ label }) => JSON.stringify(label)).join(", ");
    const fallback =
      open.defaultChoice === null
        ? "has no human.default_choice"
        : `its human.default_choice ${JSON.stringify(open.defaultChoice)} is none of its choices: ${offered}`;
    const reason = `nobody answered ${open.id} in time and ${stage.id}${open.defaultChoice === null ? " " : ": "}${fallback}`;
    return pureFailure(scope, stage, reason, "deterministic", "gate_unanswered");
  }
  return pureEnd(scope, stage, {
    status: "success",
    ...(answer.label ? { preferred_label: answer.label } : {}),
    ...(answer.to ? { suggested_next_ids: [answer.to] } : {}),
    context_updates: {
      "human.gate.selected": answer.label ? acceleratorOf(answer.label) : "",
      "human.gate.label": answer.label ?? "",
      "human.gate.text": answer.text ?? "",
      "human.gate.by": answer.by,
      "human.gate.node": stage.id,
    },
    notes: clippedNotes(`${answer.by} (${answer.source}): ${answer.label ?? answer.text}`),
  });
}

export type Matched =
  | { readonly ok: true; readonly option: Gate["options"][number] | null; readonly text: string | null }
  | { readonly ok: false; readonly message: string };

/** What a person typed against what was offered. Nothing that matches nothing is ever taken for a choice. */
export function matchAnswer(open: Pick<Gate, "id" | "options" | "freeform">, given: string): Matched {
  const wanted = given.trim();
  const normal = normalizeLabel(wanted);
  const exact = open.options.filter(
    (option) => normalizeLabel(option.label) === normal || option.label === wanted,
  );
  const byTarget = open.options.filter((option) => option.to === wanted);
  const byKey = open.options.filter((option) => option.key.toLowerCase() === wanted.toLowerCase());
  for (const found of [exact, byTarget, byKey]) {
    if (found.length === 1 && found[0]) return { ok: true, option: found[0], text: null };
  }
  const bytes = jsonBytes(wanted);
  if (bytes > ANSWER_BYTES) {
    const message = `an answer to ${open.id} may have ${ANSWER_BYTES} bytes, this one has ${bytes}; put it into a file and answer with its path`;
    return { ok: false, message };
  }
  if (open.freeform && wanted !== "") return { ok: true, option: open.options[0] ?? null, text: wanted };
  const offered = open.options.map((option) => `"${option.label}"`).join(", ");
  return { ok: false, message: `"${wanted}" is none of the choices of ${open.id}: ${offered}` };
}

/** The event for an answer; `null` given means that the deadline has passed. */
export function answerEvent(
  scope: Scope,
  open: Gate,
  matched: Extract<Matched, { ok: true }> | null,
  who: {
    by: string;
    source: BodyOf<"human_gate_answered">["source"];
    command_id?: string;
    head_sha?: string;
  },
): BodyOf<"human_gate_answered"> {
  const option = matched?.option ?? null;
  return {
    event: "human_gate_answered",
    ...at(scope),
    node_id: scope.cursor.phase === "gate" ? scope.cursor.node : "",
    visit: open.visit,
    gate: open.id,
    ...(option ? { label: option.label, to: option.to, edge: option.edge } : {}),
    ...(matched?.text ? { text: matched.text } : {}),
    ...who,
  };
}

/** What happens when the deadline passes: the author's default, or nothing, which fails the gate. */
export function expiredAnswer(scope: Scope, open: Gate): BodyOf<"human_gate_answered"> {
  const chosen =
    open.defaultChoice === null ? null : matchAnswer({ ...open, freeform: false }, open.defaultChoice);
  return answerEvent(scope, open, chosen?.ok ? chosen : null, { by: "deadline", source: "timeout" });
}
