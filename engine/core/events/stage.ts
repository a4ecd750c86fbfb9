import { z } from "zod";
import { Cause, Evidence, Json, Usage } from "../outcome.ts";
import { attempt, event, failure, LONGEST_WAIT_MS, place } from "./common.ts";

export const stageEvents = [
  event("stage_attempt_start", {
    ...attempt,
    max: z.number().int(),
    handler: z.string(),
  }),
  event("stage_attempt_end", {
    ...attempt,
    max: z.number().int(),
    handler: z.string(),
    status: z.string().min(1),
    ...failure,
    /** A conditional that only hands on what came before it: no failure of its own. */
    passed_on: z.boolean().optional(),
    /** Set when this failure only passes on what failed before it (R-FAIL-1). */
    cause: Cause.optional(),
    preferred_label: z.string().optional(),
    suggested_next_ids: z.array(z.string()).optional(),
    context_updates: z.record(z.string(), Json).optional(),
    notes: z.string().optional(),
    evidence: Evidence.optional(),
    classified_by: z.string().optional(),
    /** The stage's own name for its failure, from which the signature was made. */
    signature_given: z.string().optional(),
    duration_ms: z.number().nonnegative(),
    usage: z.array(Usage).optional(),
    commit: z.string().optional(),
    stage_dir: z.string().optional(),
    unknown_fields: z.array(z.string()).optional(),
  }),
  event("stage_heartbeat", {
    ...attempt,
    elapsed_ms: z.number(),
    output_bytes: z.number(),
    since_last_output_ms: z.number(),
  }),
  event("retry_decision", {
    ...attempt,
    will_retry: z.boolean(),
    reason: z.string(),
    retries: z.number().int(),
    max_retries: z.number().int(),
    /** The visit's final status when it is over: `fail`, or `partial_success` where that is allowed. */
    status: z.string().optional(),
    ...failure,
  }),
  event("stage_retry_sleep", {
    ...attempt,
    delay_ms: z.number().nonnegative().max(LONGEST_WAIT_MS),
    retries: z.number().int(),
    max_retry: z.number().int(),
  }),
  event("stage_retry_blocked", {
    ...attempt,
    max: z.number().int(),
    max_retry: z.number().int(),
    status: z.string(),
    ...failure,
    why: z.string(),
  }),
  event("status_ingestion_decision", {
    ...attempt,
    source: z.string(),
    copied: z.boolean(),
    diagnostic: z.string().optional(),
  }),
  event("provider_selected", {
    ...attempt,
    provider: z.string(),
    model: z.string().optional(),
    backend: z.string(),
    source: z.string(),
  }),
  event("llm_failover", {
    ...attempt,
    from_provider: z.string(),
    to_provider: z.string(),
    reason: z.string(),
  }),
  event("escalation_model_switch", {
    ...attempt,
    from_model: z.string(),
    to_provider: z.string(),
    to_model: z.string(),
    failure_class: z.string(),
  }),
  event("checkpoint_saved", { ...place, node_id: z.string(), at_seq: z.number().int() }),
  event("warning", { ...place, node_id: z.string().optional(), code: z.string(), message: z.string() }),
] as const;
