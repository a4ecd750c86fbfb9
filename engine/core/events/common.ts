import { z } from "zod";
import { FAILURE_CLASSES } from "../../failure/classes.ts";

/** Where in the run: absent `branch_key` is the trunk, else the scope's whole path (`fan/v1/02-docs`). */
export const place = { branch_key: z.string().optional(), hop: z.number().int().optional() };

/** A graph's durations end at ten years; what is far beyond is no instant that a calendar knows. */
export const LONGEST_WAIT_MS = 20 * 366 * 86_400_000;

/** One attempt of one visit of one node. */
export const attempt = {
  ...place,
  node_id: z.string(),
  visit: z.number().int().positive(),
  attempt: z.number().int().positive(),
};

export const failure = {
  failure_reason: z.string().optional(),
  failure_class: z.enum(FAILURE_CLASSES).optional(),
  failure_signature: z.string().optional(),
};

/** Every breaker event says the same five things (R-BRK-9). */
export const breaker = {
  ...place,
  node_id: z.string(),
  signature: z.string(),
  signature_count: z.number().int().nonnegative(),
  signature_limit: z.number().int(),
  failure_class: z.enum(FAILURE_CLASSES),
  failure_reason: z.string(),
};

/** The event's own fields; seq, ts and run_id stand around them. */
export const event = <N extends string, S extends z.core.$ZodLooseShape>(name: N, shape: S) =>
  z.object({ event: z.literal(name), ...shape });
