/** What a job found out for `attractor doctor --live`: one line of its log, written here and read by doctor. */
import * as z from "zod/mini";
import "../../engine/core/zod-messages.ts";

const MARK = "attractor-probe";

const Report = z.object({
  v: z.literal(1),
  probes: z.array(z.object({ name: z.string(), ok: z.boolean(), said: z.string() })).check(z.maxLength(20)),
});
export type Probe = z.infer<typeof Report>["probes"][number];

export const reportLine = (probes: readonly Probe[]): string => `${MARK} ${JSON.stringify({ v: 1, probes })}`;

/** Null: there is no such line in the log, or none that can be read. */
export function readReport(log: string): readonly Probe[] | null {
  for (const [, text = ""] of log.matchAll(new RegExp(`${MARK} (\\{.*\\})\\s*$`, "gm"))) {
    try {
      return Report.parse(JSON.parse(text)).probes;
    } catch {
      // Not ours: something that quotes it.
    }
  }
  return null;
}
