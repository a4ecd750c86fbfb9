/** What a stage says when it ends: the one shape between stages, routing, branches and reports. */
import { z } from "zod";
import { FAILURE_CLASSES } from "../failure/classes.ts";

export const KNOWN_STATUSES = ["success", "partial_success", "retry", "fail", "skipped"] as const;
export type KnownStatus = (typeof KNOWN_STATUSES)[number];

export const Json: z.ZodType<JsonValue> = z.json() as z.ZodType<JsonValue>;
export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };

/** A failure as it travels: verbatim from where it arose, through checks, joins and the final (R-FAIL-1). */
export const Cause = z.object({
  node_id: z.string(),
  reason: z.string(),
  class: z.enum(FAILURE_CLASSES),
  signature: z.string(),
  branch_key: z.string().optional(),
});
export type Cause = z.infer<typeof Cause>;

/** Bounds of one report and of every sum: beyond them a number is no count any more, and no log could be read back. */
export const MOST_TOKENS = 1e12;
export const MOST_USD = 1e9;
const Tokens = z.number().int().nonnegative().max(MOST_TOKENS).optional();

export const Usage = z.object({
  provider: z.string().optional(),
  model: z.string().optional(),
  input_tokens: Tokens,
  output_tokens: Tokens,
  cache_read_tokens: Tokens,
  cache_write_tokens: Tokens,
  reasoning_tokens: Tokens,
  /** null: spent, but nobody can say how much. Unknown is never zero. */
  cost_usd: z.number().nonnegative().max(MOST_USD).nullable(),
});
export type Usage = z.infer<typeof Usage>;

/** Facts about how a process or call ended. Evidence outranks hints, hints outrank text (R-FAIL-3). */
export const Evidence = z.object({
  exit_code: z.number().int().nullable().optional(),
  signal: z.string().optional(),
  timed_out: z.boolean().optional(),
  canceled: z.boolean().optional(),
  /** The process that drove the attempt is gone; nobody knows how far it came. */
  lost: z.boolean().optional(),
  http_status: z.number().int().optional(),
  /** A typed error of a provider or of the engine, e.g. `rate_limit`, `authentication`, `turn_limit`, `push_rejected`. */
  error_code: z.string().optional(),
});
export type Evidence = z.infer<typeof Evidence>;

/** The outcome that a handler returns or a status file says, after parsing. */
export const Outcome = z.object({
  status: z.string().min(1),
  preferred_label: z.string().optional(),
  suggested_next_ids: z.array(z.string()).optional(),
  context_updates: z.record(z.string(), Json).optional(),
  notes: z.string().optional(),
  failure_reason: z.string().optional(),
  /** A hint of the stage; classification decides. */
  failure_class: z.string().optional(),
  /** A short stable name for the failure, asked of stages by the status contract. */
  failure_signature: z.string().optional(),
});
export type Outcome = z.infer<typeof Outcome>;

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

export const isSuccess = (status: string): boolean => status === "success" || status === "partial_success";
export const isFailure = (status: string): boolean => status === "fail" || status === "retry";
export const isKnownStatus = (status: string): status is KnownStatus =>
  (KNOWN_STATUSES as readonly string[]).includes(status);
