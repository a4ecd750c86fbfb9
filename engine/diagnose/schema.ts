/** The published schema of `attractor diagnose --json`. */
import * as z from "zod/mini";
import type { Diagnosis } from "./diagnosis.ts";
import { FINDING_CODES } from "./finding.ts";

const count = z.int().check(z.nonnegative());
const ms = z.number();

const schema: z.ZodMiniType<Diagnosis> = z.object({
  schema_version: z.literal(1),
  run_id: z.string(),
  engine: z.enum(["attractor", "kilroy"]),
  status: z.enum(["success", "fail", "canceled", "running", "waiting", "no_end"]),
  started_at: z.nullable(z.string()),
  last_event_at: z.nullable(z.string()),
  duration_ms: z.nullable(ms),
  cause: z.nullable(z.object({ reason: z.string(), class: z.string(), node: z.string() })),
  findings: z.array(
    z.object({
      code: z.enum(FINDING_CODES),
      severity: z.enum(["error", "warning", "info"]),
      title: z.string(),
      evidence: z.string(),
      advice: z.string(),
      where: z.array(
        z.object({
          file: z.exactOptional(z.string()),
          line: z.exactOptional(z.int()),
          seq: z.exactOptional(z.int()),
          ts: z.exactOptional(z.string()),
          node: z.exactOptional(z.string()),
          branch: z.exactOptional(z.string()),
        }),
      ),
      numbers: z.record(z.string(), z.number()),
    }),
  ),
  cost: z.object({ known_usd: z.number(), complete: z.boolean() }),
  events: z.record(z.string(), count),
  nodes: z.array(
    z.object({
      branch: z.string(),
      node: z.string(),
      executions: count,
      failed: count,
      last_status: z.string(),
      duration_ms: z.nullable(z.object({ min: ms, median: ms, max: ms, total: ms })),
    }),
  ),
});

export const diagnosisJsonSchema = () => z.toJSONSchema(schema, { io: "input" });
