import * as z from "zod/mini";
import { Evidence } from "../../failure/evidence.ts";
import { Cause, Json, Usage } from "../outcome.ts";
import { attempt, eventSchema, failure, LONGEST_WAIT_MS, place } from "./common.ts";

export const stageEvents = [
  eventSchema("stage_attempt_start", () => ({
    ...attempt,
    max: z.int(),
    handler: z.string(),
  })),
  eventSchema("stage_attempt_end", () => ({
    ...attempt,
    max: z.int(),
    handler: z.string(),
    status: z.string().check(z.minLength(1)),
    ...failure,
    /** A conditional that only hands on what came before it: no failure of its own. */
    passed_on: z.optional(z.boolean()),
    /** Set when this failure only passes on what failed before it (R-FAIL-1). */
    cause: z.optional(Cause()),
    preferred_label: z.optional(z.string()),
    suggested_next_ids: z.optional(z.array(z.string())),
    context_updates: z.optional(z.record(z.string(), Json())),
    notes: z.optional(z.string()),
    evidence: z.optional(Evidence()),
    classified_by: z.optional(z.string()),
    /** The stage's own name for its failure, from which the signature was made. */
    signature_given: z.optional(z.string()),
    duration_ms: z.number().check(z.nonnegative()),
    usage: z.optional(z.array(Usage())),
    commit: z.optional(z.string()),
    stage_dir: z.optional(z.string()),
    unknown_fields: z.optional(z.array(z.string())),
  })),
  eventSchema("stage_heartbeat", () => ({
    ...attempt,
    elapsed_ms: z.number(),
    output_bytes: z.number(),
    since_last_output_ms: z.number(),
  })),
  eventSchema("retry_decision", () => ({
    ...attempt,
    will_retry: z.boolean(),
    reason: z.string(),
    retries: z.int(),
    max_retries: z.int(),
    /** The visit's final status when it is over: `fail`, or `partial_success` where that is allowed. */
    status: z.optional(z.string()),
    ...failure,
  })),
  eventSchema("stage_retry_sleep", () => ({
    ...attempt,
    delay_ms: z.number().check(z.nonnegative(), z.maximum(LONGEST_WAIT_MS)),
    retries: z.int(),
    max_retry: z.int(),
  })),
  eventSchema("stage_retry_blocked", () => ({
    ...attempt,
    max: z.int(),
    max_retry: z.int(),
    status: z.string(),
    ...failure,
    why: z.string(),
  })),
  eventSchema("status_ingestion_decision", () => ({
    ...attempt,
    source: z.string(),
    copied: z.boolean(),
    diagnostic: z.optional(z.string()),
  })),
  eventSchema("provider_selected", () => ({
    ...attempt,
    provider: z.string(),
    model: z.optional(z.string()),
    backend: z.string(),
    source: z.string(),
  })),
  eventSchema("llm_failover", () => ({
    ...attempt,
    from_provider: z.string(),
    from_model: z.optional(z.string()),
    to_provider: z.string(),
    to_model: z.optional(z.string()),
    reason: z.string(),
  })),
  eventSchema("escalation_model_switch", () => ({
    ...attempt,
    from_provider: z.string(),
    from_model: z.optional(z.string()),
    to_provider: z.string(),
    to_model: z.optional(z.string()),
    failure_class: z.string(),
  })),
  eventSchema("checkpoint_saved", () => ({ ...place, node_id: z.string(), at_seq: z.int() })),
  eventSchema("warning", () => ({
    ...place,
    node_id: z.optional(z.string()),
    code: z.string(),
    message: z.string(),
  })),
] as const;
