import { z } from "zod";
import { Cause } from "../outcome.ts";
import { event, failure, place } from "./common.ts";

export const Budget = z.object({
  usd: z.number().positive().nullable(),
  tokens: z.number().int().positive().nullable(),
  minutes: z.number().positive().nullable(),
  attempts: z.number().int().positive().nullable(),
  on_unknown: z.enum(["block", "allow"]),
});
export type Budget = z.infer<typeof Budget>;

/** What a hop is for: going on with the run, or bringing its final files to where artifacts can be had. */
export const HopPlan = z.object({ kind: z.enum(["trunk", "upload"]) });
export type HopPlan = z.infer<typeof HopPlan>;

const hop = { hop: z.number().int().positive(), epoch: z.number().int().positive() };
const ending = {
  ...place,
  finished_nodes: z.number().int().optional(),
  duration_ms: z.number().nonnegative().optional(),
};

export const runEvents = [
  event("run_started", {
    hop: z.number().int().optional(),
    schema_version: z.literal(1),
    graph: z.object({ name: z.string(), digest: z.string(), path: z.string().optional() }),
    goal: z.string(),
    inputs: z.record(z.string(), z.string()),
    config_digest: z.string(),
    engine_version: z.string(),
    coordinator: z.enum(["local", "app", "workflow"]),
    budget: Budget.optional(),
    base_sha: z.string().optional(),
    run_branch: z.string().optional(),
    /** What was not real: `agents`, `gates`, `executables` (R-RUN-5). */
    simulated: z.array(z.string()).optional(),
    /** Another run and `node@visit` that this one continues. */
    forked_from: z.object({ run_id: z.string(), at: z.string() }).optional(),
    github: z
      .object({
        repository: z.string(),
        /** Where graph, prompts and config come from; the work itself starts at base_sha. */
        graph_sha: z.string(),
        config_path: z.string().optional(),
        pull_request: z.number().int().optional(),
        head_sha: z.string().optional(),
        actor: z.string().optional(),
        workflow: z.string().optional(),
        workflow_ref: z.string().optional(),
        durability: z.enum(["stage", "job", "artifact"]),
        command_id: z.string().optional(),
      })
      .optional(),
  }),
  event("run_resumed", {
    ...place,
    by: z.string(),
    /** True when the run had ended: its failed node is entered again. */
    reopened: z.boolean(),
    lost_attempts: z.number().int(),
    command_id: z.string().optional(),
  }),
  event("cancellation_requested", {
    ...place,
    /** Branch keys to end early; absent means the whole run. */
    branches: z.array(z.string()).optional(),
    reason: z.string(),
    by: z.string(),
    command_id: z.string().optional(),
  }),
  event("cancellation_exit", { ...place, node_id: z.string().optional(), reason: z.string() }),
  /** The run cannot go on here: its process is gone, the engine failed, or the log could not be kept. */
  event("run_aborted", {
    ...place,
    node_id: z.string().optional(),
    reason: z.string(),
    failure_class: failure.failure_class.unwrap(),
    by: z.string(),
  }),
  event("stall_watchdog_timeout", {
    ...place,
    node_id: z.string().optional(),
    idle_ms: z.number(),
    stall_timeout_ms: z.number(),
  }),
  event("budget_reserved", {
    ...place,
    node_id: z.string(),
    visit: z.number().int(),
    usd: z.record(z.string(), z.number()).optional(),
    tokens: z.record(z.string(), z.number()).optional(),
  }),
  event("budget_settled", {
    branch_key: z.string(),
    hop: z.number().int().optional(),
    spent_usd: z.number().nullable(),
    reserved_usd: z.number().nullable(),
    spent_tokens: z.number().int(),
  }),
  event("budget_exceeded", {
    ...place,
    node_id: z.string().optional(),
    what: z.enum(["usd", "tokens", "minutes", "attempts", "unknown"]),
    limit: z.number().nullable(),
    spent: z.number().nullable(),
    explanation: z.string(),
  }),
  event("hop_planned", { ...hop, plan: HopPlan, why: z.string() }),
  event("hop_started", { ...hop, by: z.object({ run_id: z.string(), attempt: z.number().int() }) }),
  event("hop_settled", { ...hop, outcome: z.enum(["done", "yield", "canceled"]) }),
  event("hop_lost", { ...hop, cause: z.string() }),
  event("run_completed", { ...ending, status: z.literal("success") }),
  event("run_failed", {
    ...ending,
    status: z.literal("fail"),
    failure_reason: z.string().min(1),
    failure_class: failure.failure_class.unwrap(),
    failure_signature: z.string(),
    failed_node: z.string().optional(),
    cause: Cause.optional(),
  }),
  event("run_canceled", { ...ending, status: z.literal("canceled"), reason: z.string() }),
] as const;
