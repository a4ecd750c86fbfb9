/** Facts about how an attempt ended. */
import * as z from "zod/mini";
import { once } from "../once.ts";

/** Facts about how a process or call ended. Evidence outranks hints, hints outrank text (R-FAIL-3). */
export const Evidence = once(() =>
  z.object({
    exit_code: z.optional(z.nullable(z.int())),
    signal: z.optional(z.string()),
    timed_out: z.optional(z.boolean()),
    canceled: z.optional(z.boolean()),
    /** The process that drove the attempt is gone; nobody knows how far it came. */
    lost: z.optional(z.boolean()),
    http_status: z.optional(z.int()),
    /** A typed error of a provider or of the engine, e.g. `rate_limit`, `authentication`, `turn_limit`, `push_rejected`. */
    error_code: z.optional(z.string()),
    /** The provider will not go on until it is paid or its quota is renewed: the run waits for a person (R-AGENT-18). */
    pause: z.optional(
      z.object({ provider: z.string(), until: z.optional(z.iso.datetime({ offset: true })) }),
    ),
  }),
);

export type Evidence = z.infer<ReturnType<typeof Evidence>>;
