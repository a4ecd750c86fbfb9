/**
 * What each command prints with `--json`, by the command's name; `diagnose`, `report` and the event log have schemas of their own.
 * Fields are only added, so every object may have more than is named here.
 */
import { z } from "zod";

const text = z.string();
const count = z.number().int().nonnegative();
const amount = z.number().nonnegative();
const Time = z.iso.datetime();
const Severity = z.enum(["error", "warning", "info"]);
const list = <T extends z.ZodType>(name: string, item: T) => z.looseObject({ [name]: z.array(item) });

const Diagnostic = z.looseObject({
  rule: text,
  severity: Severity,
  message: text,
  file: text,
  line: count,
  column: count,
  node_id: text.optional(),
  edge: z.looseObject({ from: text, to: text }).optional(),
  fix: text.optional(),
});

/** `final.json`, too. */
const Final = z.looseObject({
  schema_version: z.literal(1),
  run_id: text,
  graph: z.looseObject({ name: text, digest: text, path: text.optional() }),
  status: z.enum(["success", "fail", "canceled"]),
  outcome: z.literal("partial_success").optional(),
  failed_branches: z.array(text).optional(),
  failure_reason: text.optional(),
  failure_class: text.optional(),
  failure_signature: text.optional(),
  failed_node: text.optional(),
  started_at: Time,
  finished_at: Time,
  duration_ms: amount,
  completed_nodes: z.array(text),
  node_visits: z.record(text, count),
  node_retries: z.record(text, count),
  branches: z.array(z.looseObject({ key: text, status: text, left_by: text })),
  totals: z.looseObject({
    attempts: count,
    tokens: count,
    cost_usd: amount.nullable(),
    cost_usd_known: amount,
    cost_complete: z.boolean(),
  }),
  git: z.looseObject({
    base_sha: text.nullable(),
    final_commit: text.nullable(),
    run_branch: text.nullable(),
  }),
  hops: count,
  restarts: count,
  resumes: count,
  simulated: z.array(text).optional(),
});

/** `live.json`, too: what `run` prints while it waits for a person. */
const Live = z.looseObject({
  run_id: text,
  seq: count,
  ts: Time,
  status: text,
  current: z.array(z.unknown()),
  gates: z.array(z.unknown()),
});

/** A run as it stands. */
const Sight = z.looseObject({
  run_id: text,
  logs_root: text,
  status: text,
  driver: z.looseObject({ pid: count, host: text, since: text }).nullable(),
  loss_recorded: z.boolean(),
  live: Live.nullable(),
  final: Final.nullable(),
});

const Compared = z.looseObject({ what: text, a: text, b: text, same: z.boolean() });

/** What `doctor` saw on GitHub. */
const LiveReport = z.looseObject({
  probes: z.array(z.looseObject({ name: text, ok: z.boolean(), said: text })),
  notProbed: z.array(text),
  left: z.looseObject({ refs: z.array(text), runs: z.array(text), workflows: z.array(text) }),
  acceptance: z
    .looseObject({
      seen: z.array(z.looseObject({ row: text, as: z.boolean().nullable(), seen: text })),
      ended: text.nullable(),
      issue: text.nullable(),
    })
    .nullable(),
  interrupted: z.boolean(),
});

export const OUTPUTS = {
  validate: list("diagnostics", Diagnostic),
  new: list("graphs", z.looseObject({ name: text, about: text })),
  draft: z.looseObject({
    graph: text,
    diagnostics: z.array(z.looseObject({ rule: text, message: text })),
    rounds: count,
  }),
  run: z.union([Final, Live]),
  resume: z.union([Final, Live]),
  fork: z.union([Final, Live]),
  status: Sight,
  stop: Sight,
  answer: z.looseObject({ gate: text, label: text, running: z.boolean(), next: text.nullable() }),
  steer: z.looseObject({ node: text, running: z.boolean() }),
  signature: list("signatures", z.looseObject({ reason: text, signature: text })),
  logs: list(
    "attempts",
    z.looseObject({
      node_id: text,
      branch_key: text.nullable(),
      visit: count,
      attempt: count,
      status: text.nullable(),
      duration_ms: amount.nullable(),
      failure_reason: text.nullable(),
      folder: text,
      files: z.array(z.looseObject({ name: text, bytes_before: count, text })),
    }),
  ).describe("With NODE; without it each line is an event, by event.schema.json"),
  diff: z.looseObject({
    a: text,
    b: text,
    summary: z.array(Compared),
    stages: z.array(Compared),
  }),
  list: list(
    "runs",
    z.looseObject({
      run_id: text,
      logs_root: text,
      graph: text.nullable(),
      started_at: Time.nullable(),
      status: text,
      cost_usd: amount.nullable(),
    }),
  ),
  prune: z.looseObject({
    dry_run: z.boolean(),
    runs: z.array(z.looseObject({ run_id: text, prune: z.boolean(), why: text })),
  }),
  preflight: z.looseObject({
    generated_at: Time,
    completed_at: Time,
    simulated: z.boolean(),
    checks: z.array(z.looseObject({ name: text, status: text, message: text })),
    summary: z.looseObject({ pass: count, warn: count, fail: count }),
  }),
  plan: z.looseObject({
    schema_version: z.literal(1),
    graph: text,
    goal: text,
    stages: z.array(z.looseObject({ id: text, kind: text })),
    total: z.looseObject({}),
  }),
  doctor: z.looseObject({
    findings: z.array(z.looseObject({ code: text, severity: Severity, title: text, advice: text })),
    live: LiveReport.optional().describe("With --live or --accept"),
  }),
  models: z.looseObject({
    source: text,
    version: text,
    date: text,
    providers: z.record(text, z.looseObject({})),
  }),
} as const satisfies Readonly<Record<string, z.ZodType>>;

export const outputJsonSchema = (): object => ({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "What the commands of attractor print with --json",
  $defs: Object.fromEntries(
    Object.entries(OUTPUTS).map(([name, schema]) => {
      const { $schema: _, ...own } = z.toJSONSchema(schema, { io: "input" }) as Record<string, unknown>;
      return [name, own];
    }),
  ),
});
