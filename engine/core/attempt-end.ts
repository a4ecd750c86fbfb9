/** Turns what a driver learned of an attempt into the event: class and signature are decided here, once. */

import { clip } from "../failure/clip.ts";
import type { Evidence } from "../failure/evidence.ts";
import { assign } from "../failure/signature.ts";
import { classify } from "../failure/when-failed.ts";
import type { Pipeline } from "../graph/pipeline.ts";
import { attemptOf } from "./attempt-start.ts";
import {
  clippedEvidence,
  clippedLabel,
  clippedNames,
  clippedNotes,
  clippedSignature,
  clippedStatus,
  clippedUsage,
} from "./clip-for-log.ts";
import type { StageEffect } from "./effects.ts";
import type { BodyOf } from "./events.ts";
import type { AttemptResult, Outcome } from "./outcome.ts";
import { scopeOf } from "./scopes.ts";
import type { RunState } from "./state.ts";
import { stopping } from "./stopping.ts";

export function attemptEnd(
  pipeline: Pipeline,
  state: RunState,
  effect: StageEffect,
  result: AttemptResult,
): BodyOf<"stage_attempt_end"> {
  const { outcome } = result;
  const evidence = whoEndedIt(state, effect, result.evidence);
  const failed = outcome.status === "fail" || outcome.status === "retry";
  return {
    event: "stage_attempt_end",
    ...attemptOf(pipeline, effect),
    status: clippedStatus(outcome.status),
    ...(failed ? failureOf(state, effect, outcome, evidence) : {}),
    ...(outcome.preferred_label ? { preferred_label: clippedLabel(outcome.preferred_label) } : {}),
    ...(outcome.suggested_next_ids?.length
      ? { suggested_next_ids: clippedNames(outcome.suggested_next_ids) }
      : {}),
    ...(outcome.context_updates ? { context_updates: outcome.context_updates } : {}),
    ...(outcome.notes ? { notes: clippedNotes(outcome.notes) } : {}),
    evidence: clippedEvidence(evidence),
    duration_ms: result.durationMs,
    ...(result.usage?.length ? { usage: clippedUsage(result.usage) } : {}),
    ...(result.commit ? { commit: result.commit } : {}),
    ...(result.stageDir ? { stage_dir: result.stageDir } : {}),
    ...(result.unknownFields?.length ? { unknown_fields: clippedNames(result.unknownFields) } : {}),
  };
}

/** Ended by the run: canceled, or out of time where its watchdog saw no progress. By nobody of the run: neither (R-FAIL-4). */
function whoEndedIt(state: RunState, effect: StageEffect, evidence: Evidence): Evidence {
  if (!evidence.canceled) return evidence;
  const { canceled: _, ...rest } = evidence;
  const scope = scopeOf(state, effect.scope);
  const stop = scope ? stopping(state, scope) : null;
  if (stop === null) return rest;
  return stop.kind === "stalled" ? { ...rest, timed_out: true } : evidence;
}

function failureOf(state: RunState, effect: StageEffect, outcome: Outcome, evidence: Evidence) {
  const reason = clip(
    outcome.failure_reason || `${effect.node} ended ${outcome.status} and gave no reason`,
  ).text;
  const judged = classify({
    status: outcome.status,
    reason,
    ...(outcome.failure_class ? { hint: outcome.failure_class } : {}),
    evidence,
  });
  const named = assign(state.registry, {
    node: effect.node,
    class: judged.class,
    reason,
    ...(outcome.failure_signature ? { given: outcome.failure_signature } : {}),
  });
  return {
    failure_reason: reason,
    failure_class: judged.class,
    failure_signature: named.signature,
    classified_by: judged.by,
    ...(outcome.failure_signature ? { signature_given: clippedSignature(outcome.failure_signature) } : {}),
  };
}

/** The attempts that were running when their driver vanished, ended as lost. They run again and cost no retry. */
export function lostAttempts(pipeline: Pipeline, state: RunState, effects: readonly StageEffect[]) {
  return effects.flatMap((effect) => {
    const cursor = scopeOf(state, effect.scope)?.cursor;
    if (cursor?.phase !== "running") return [];
    return [
      attemptEnd(pipeline, state, effect, {
        outcome: { status: "fail", failure_reason: "the process that ran this attempt is gone" },
        evidence: { lost: true },
        durationMs: Math.max(0, state.now - cursor.since),
      }),
    ];
  });
}
