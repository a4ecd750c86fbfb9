import * as z from "zod/mini";
import { FAILURE_CLASSES } from "../../failure/classes.ts";
import { once } from "../../once.ts";

export const FailureClassField = z.enum(FAILURE_CLASSES);

/** Where in the run: absent `branch_key` is the trunk, else the scope's whole path (`fan/v1/02-docs`). */
export const place = { branch_key: z.optional(z.string()), hop: z.optional(z.int()) };

/** A graph's durations end at ten years; what is far beyond is no instant that a calendar knows. */
export const LONGEST_WAIT_MS = 20 * 366 * 86_400_000;

/** One attempt of one visit of one node. */
export const attempt = {
  ...place,
  node_id: z.string(),
  visit: z.int().check(z.positive()),
  attempt: z.int().check(z.positive()),
};

export const failure = {
  failure_reason: z.optional(z.string()),
  failure_class: z.optional(FailureClassField),
  failure_signature: z.optional(z.string()),
};

/** Every breaker event says the same five things (R-BRK-9). */
export const breaker = {
  ...place,
  node_id: z.string(),
  signature: z.string(),
  signature_count: z.int().check(z.nonnegative()),
  signature_limit: z.int(),
  failure_class: FailureClassField,
  failure_reason: z.string(),
};

/**
 * The event's own fields; seq, ts and run_id stand around them. A schema takes as long to make as to use, and a log has
 * few of the kinds there are.
 */
export const eventSchema = <const N extends string, S extends z.core.$ZodLooseShape>(
  name: N,
  shape: () => S,
) => ({
  name,
  schema: once(() => z.object({ event: z.literal(name), ...shape() })),
});
