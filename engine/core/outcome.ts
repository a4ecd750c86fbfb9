/** What a stage says when it ends: the one shape between stages, routing, branches and reports. */
import * as z from "zod/mini";
import { FAILURE_CLASSES } from "../failure/classes.ts";
import type { Evidence } from "../failure/evidence.ts";
import { once } from "../once.ts";

export const Json = once(() => z.json() as z.ZodMiniType<JsonValue>);
export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };

/** A failure as it travels: verbatim from where it arose, through checks, joins and the final (R-FAIL-1). */
export const Cause = once(() =>
  z.object({
    node_id: z.string(),
    reason: z.string(),
    class: z.enum(FAILURE_CLASSES),
    signature: z.string(),
    branch_key: z.optional(z.string()),
  }),
);
export type Cause = z.infer<ReturnType<typeof Cause>>;

/** Bounds of one report and of every sum: beyond them a number is no count any more, and no log could be read back. */
export const MOST_TOKENS = 1e12;
export const MOST_USD = 1e9;
const tokens = once(() => z.optional(z.int().check(z.nonnegative(), z.maximum(MOST_TOKENS))));

export const Usage = once(() =>
  z.object({
    provider: z.optional(z.string()),
    model: z.optional(z.string()),
    input_tokens: tokens(),
    output_tokens: tokens(),
    cache_read_tokens: tokens(),
    cache_write_tokens: tokens(),
    reasoning_tokens: tokens(),
    /** null: spent, but nobody can say how much. Unknown is never zero. */
    cost_usd: z.nullable(z.number().check(z.nonnegative(), z.maximum(MOST_USD))),
  }),
);
export type Usage = z.infer<ReturnType<typeof Usage>>;

/** The outcome that a handler returns or a status file says, after parsing. */
export const Outcome = once(() =>
  z.object({
    status: z.string().check(z.minLength(1)),
    preferred_label: z.optional(z.string()),
    suggested_next_ids: z.optional(z.array(z.string())),
    context_updates: z.optional(z.record(z.string(), Json())),
    notes: z.optional(z.string()),
    failure_reason: z.optional(z.string()),
    /** A hint of the stage; classification decides. */
    failure_class: z.optional(z.string()),
    /** A short stable name for the failure, asked of stages by the status contract. */
    failure_signature: z.optional(z.string()),
  }),
);
export type Outcome = z.infer<ReturnType<typeof Outcome>>;

/** Everything a driver learned from one attempt; `attemptEnd` turns it into the event. */
export interface AttemptResult {
  readonly outcome: Outcome;
  readonly evidence: Evidence;
  readonly durationMs: number;
  readonly usage?: readonly Usage[];
  readonly commit?: string;
  /** Relative to the run folder. */
  readonly stageDir?: string;
  /** Unknown fields of a status file, kept and reported (R-STAT-6). */
  readonly unknownFields?: readonly string[];
}

/** As it is written down: `outcome` is the specification's word for the status (Appendix C), `status` everybody else's. */
export const asStatus = (outcome: Outcome) => ({ outcome: outcome.status, ...outcome });

export const isSuccess = (status: string): boolean => status === "success" || status === "partial_success";
export const isFailure = (status: string): boolean => status === "fail" || status === "retry";
