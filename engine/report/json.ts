/** The report as JSON, and the schema that it keeps: field names as in `final.json`. */
import { z } from "zod";
import { FAILURE_CLASSES } from "../failure/classes.ts";
import { redactDeep } from "../redact/redact.ts";
import type { ReportModel } from "./model.ts";
import { NODE_STATES } from "./overlay.ts";

const state = z.enum(NODE_STATES);
const time = z.iso.datetime();
const spent = {
  duration_ms: z.number().nullable(),
  tokens: z.number().nullable(),
  cost_usd: z.number().nullable().describe("What is known to be spent"),
  cost_complete: z.boolean().describe("Whether that is all of it"),
};
const cause = z.object({
  node_id: z.string(),
  label: z.string().optional(),
  reason: z.string(),
  class: z.enum(FAILURE_CLASSES),
  signature: z.string(),
  branch_key: z.string().optional(),
});

const ReportJson = z.object({
  schema_version: z.literal(1),
  run_id: z.string(),
  graph: z.string(),
  goal: z.string(),
  status: z.enum(["running", "waiting", "paused", "success", "fail", "canceled"]),
  not_real: z.array(z.string()),
  failed_branches: z.array(z.string()),
  work: z.string().nullable().describe("Where the work went, or why it is not where it was asked to be"),
  earlier: z
    .array(
      z.object({
        at: time,
        status: z.enum(["fail", "canceled"]),
        sentence: z.string(),
        resumed_by: z.string(),
      }),
    )
    .describe("Ends after which the run was resumed, the oldest first"),
  restart_blocked: z.object({ node: z.string(), target: z.string() }).nullable(),
  started_at: time,
  duration_ms: z.number().nullable(),
  story: z
    .object({ sentence: z.string(), aside: z.string(), advice: z.string() })
    .nullable()
    .describe("Why it failed, in a person's words"),
  causes: z.array(cause).describe("First the cause that ended the run, then those under it"),
  current: z.array(
    z.object({
      id: z.string(),
      label: z.string(),
      branch: z.string().nullable(),
      phase: z.enum(["starting", "running", "retry_wait", "waiting", "paused", "fan_out"]),
    }),
  ),
  path: z.array(z.object({ id: z.string(), label: z.string(), state, visits: z.number() })),
  stages: z.array(
    z.object({
      id: z.string(),
      label: z.string(),
      state,
      visits: z.number(),
      attempts: z.number(),
      branch_key: z.string().optional(),
      ...spent,
    }),
  ),
  branches: z.array(
    z.object({
      key: z.string(),
      label: z.string(),
      fan_out: z.string(),
      state,
      cause: cause.nullable(),
      ...spent,
    }),
  ),
  gates: z.array(
    z.object({
      id: z.string(),
      question: z.string(),
      choices: z.array(z.string()),
      deadline: time.nullable(),
      default_choice: z.string().nullable(),
      shows: z.array(
        z.object({
          name: z.string(),
          kind: z.enum(["text", "diff"]),
          text: z.string(),
          left: z.number().describe("Characters that are not shown"),
        }),
      ),
    }),
  ),
  pauses: z
    .array(
      z.object({
        id: z.string(),
        branch_key: z.string().nullable(),
        provider: z.string(),
        reason: z.string(),
        until: z.string().nullable().describe("When the provider says that it may be asked again"),
        deadline: time,
      }),
    )
    .describe("Stages whose provider asks for money or time"),
  findings: z.array(
    z.object({
      code: z.string(),
      severity: z.enum(["error", "warning", "info"]),
      title: z.string(),
      evidence: z.string(),
      advice: z.string(),
    }),
  ),
  providers: z.array(
    z.object({
      provider: z.string(),
      model: z.string(),
      calls: z.number(),
      input_tokens: z.number(),
      output_tokens: z.number(),
      cost_usd: z.number(),
      cost_complete: z.boolean(),
    }),
  ),
  totals: z.object({ attempts: z.number(), ...spent }),
  ledger: z
    .object({
      attempts: z.array(
        z.object({
          id: z.string(),
          branch_key: z.string().nullable(),
          visit: z.number(),
          attempt: z.number(),
          handler: z.string(),
          state,
          started_at: time,
          failure: z.string().nullable(),
          failure_class: z.string().nullable(),
          folder: z.string().nullable().describe("Below the run folder"),
          ...spent,
        }),
      ),
      hops: z.array(
        z.object({
          hop: z.number(),
          outcome: z.string().nullable(),
          queued_ms: z.number().nullable(),
          attempts: z.number(),
          ...spent,
        }),
      ),
      agent_ms: z.number(),
      tool_ms: z.number(),
      person_ms: z.number().describe("Waiting for people"),
      retry_ms: z.number().describe("Waiting before retries"),
      queued_ms: z.number().describe("Waiting for runners, and for places among branches"),
      runner_minutes: z.number().nullable(),
    })
    .nullable(),
  next: z.array(z.object({ command: z.string(), why: z.string(), url: z.string().optional() })),
  links: z.array(z.object({ title: z.string(), url: z.string() })),
});
type ReportJson = z.infer<typeof ReportJson>;

export function reportJson(report: ReportModel, redact: (text: string) => string): ReportJson {
  // The picture is the graph's, which `attractor graph` prints.
  const { picture: _, ...rest } = redactDeep(report, redact);
  return ReportJson.parse({ schema_version: 1, ...(snaked(rest) as object) });
}

/** Every key of the report is one of its own: there are none from outside. */
function snaked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snaked);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      snaked(each),
    ]),
  );
}

/** Published as `schemas/report.schema.json`. */
export const reportJsonSchema = () => ({ title: "Attractor run report", ...z.toJSONSchema(ReportJson) });
