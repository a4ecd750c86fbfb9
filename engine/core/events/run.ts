import * as z from "zod/mini";
import { Cause } from "../outcome.ts";
import { attempt, eventSchema, FailureClassField, place } from "./common.ts";

export const Budget = z.object({
  usd: z.nullable(z.number().check(z.positive())),
  tokens: z.nullable(z.int().check(z.positive())),
  minutes: z.nullable(z.number().check(z.positive())),
  attempts: z.nullable(z.int().check(z.positive())),
  /** Of trunk and branches on GitHub; absent in logs of older engines. */
  jobs: z.optional(z.nullable(z.int().check(z.positive()))),
  on_unknown: z.enum(["block", "allow"]),
});
export type Budget = z.infer<typeof Budget>;

/** What a hop is for: going on with the run, or bringing its final files to where artifacts can be had. */
export const HopPlan = z.object({ kind: z.enum(["trunk", "upload"]) });
export type HopPlan = z.infer<typeof HopPlan>;

const hop = { hop: z.int().check(z.positive()), epoch: z.int().check(z.positive()) };
const ending = {
  ...place,
  finished_nodes: z.optional(z.int()),
  duration_ms: z.optional(z.number().check(z.nonnegative())),
};

export const runEvents = [
  eventSchema("run_started", () => ({
    hop: z.optional(z.int()),
    schema_version: z.literal(1),
    graph: z.object({ name: z.string(), digest: z.string(), path: z.optional(z.string()) }),
    goal: z.string(),
    inputs: z.record(z.string(), z.string()),
    config_digest: z.string(),
    engine_version: z.string(),
    coordinator: z.enum(["local", "app", "workflow"]),
    budget: z.optional(Budget),
    base_sha: z.optional(z.string()),
    run_branch: z.optional(z.string()),
    /** What was not real: `agents`, `gates`, `executables` (R-RUN-5). */
    simulated: z.optional(z.array(z.string())),
    /** Another run and `node@visit` that this one continues. */
    forked_from: z.optional(z.object({ run_id: z.string(), at: z.string() })),
    /** The manager stage of another run, whose child this one is. */
    parent: z.optional(z.object({ run_id: z.string(), node: z.string(), visit: z.int(), attempt: z.int() })),
    github: z.optional(
      z.object({
        repository: z.string(),
        /** Where graph, prompts and config come from; the work itself starts at base_sha. */
        graph_sha: z.string(),
        config_path: z.optional(z.string()),
        pull_request: z.optional(z.int()),
        head_sha: z.optional(z.string()),
        /** The branch of that head, when it is one of this repository. */
        head_ref: z.optional(z.string()),
        actor: z.optional(z.string()),
        workflow: z.optional(z.string()),
        workflow_ref: z.optional(z.string()),
        durability: z.enum(["stage", "job", "artifact"]),
        command_id: z.optional(z.string()),
      }),
    ),
  })),
  eventSchema("run_resumed", () => ({
    ...place,
    by: z.string(),
    /** True when the run had ended: its failed node is entered again. */
    reopened: z.boolean(),
    lost_attempts: z.int(),
    /** The bounds from now on, where they were changed. */
    budget: z.optional(Budget),
    command_id: z.optional(z.string()),
  })),
  /** A provider's billing or quota stop: the attempt runs again when a person resumes the run. In a branch: `leg_paused`. */
  eventSchema("run_paused", () => ({
    ...attempt,
    provider: z.string(),
    /** When the provider says that it may be asked again. */
    until: z.optional(z.string()),
  })),
  eventSchema("cancellation_requested", () => ({
    ...place,
    /** Branch keys to end early; absent means the whole run. */
    branches: z.optional(z.array(z.string())),
    reason: z.string(),
    by: z.string(),
    command_id: z.optional(z.string()),
  })),
  /** Words of a person for the agent of a node: they wait until one has heard them (`agent_told`). */
  eventSchema("agent_steered", () => ({
    ...place,
    node_id: z.string(),
    text: z.string(),
    by: z.string(),
    command_id: z.optional(z.string()),
  })),
  /** The agent answered with these words before it: nobody is told them again. Turn 0: they stood in its prompt. */
  eventSchema("agent_told", () => ({ ...attempt, command_id: z.string(), turn: z.int() })),
  eventSchema("cancellation_exit", () => ({ ...place, node_id: z.optional(z.string()), reason: z.string() })),
  /** The run cannot go on here: its process is gone, the engine failed, or the log could not be kept. */
  eventSchema("run_aborted", () => ({
    ...place,
    node_id: z.optional(z.string()),
    reason: z.string(),
    failure_class: FailureClassField,
    by: z.string(),
  })),
  /** The context of a CXDB server in which this run is recorded, from its first hop to its last. */
  eventSchema("cxdb_context", () => ({ ...place, context_id: z.string().check(z.regex(/^\d{1,20}$/)) })),
  eventSchema("stall_watchdog_timeout", () => ({
    ...place,
    node_id: z.optional(z.string()),
    idle_ms: z.number(),
    stall_timeout_ms: z.number(),
  })),
  eventSchema("budget_reserved", () => ({
    ...place,
    node_id: z.string(),
    visit: z.int(),
    usd: z.optional(z.record(z.string(), z.number())),
    tokens: z.optional(z.record(z.string(), z.number())),
    attempts: z.optional(z.record(z.string(), z.number())),
  })),
  eventSchema("budget_settled", () => ({
    branch_key: z.string(),
    hop: z.optional(z.int()),
    spent_usd: z.nullable(z.number()),
    reserved_usd: z.nullable(z.number()),
    spent_tokens: z.int(),
  })),
  eventSchema("budget_exceeded", () => ({
    ...place,
    node_id: z.optional(z.string()),
    what: z.enum(["usd", "tokens", "minutes", "attempts", "jobs", "unknown"]),
    limit: z.nullable(z.number()),
    spent: z.nullable(z.number()),
    explanation: z.string(),
  })),
  eventSchema("hop_planned", () => ({
    ...hop,
    plan: HopPlan,
    why: z.string(),
    /** The workflow run that asked for it and may claim it at once. Without one, or without its claim, it is dispatched. */
    offer: z.optional(z.string()),
  })),
  eventSchema("hop_started", () => ({
    ...hop,
    by: z.object({ run_id: z.string(), attempt: z.int() }),
    engine_version: z.optional(z.string()),
    /** What nobody can know before the claim: artifacts of the hop name it, so that no earlier stage can have left them. */
    nonce: z.optional(z.string()),
    /** The commit of the caller's workflow file. */
    workflow_sha: z.optional(z.string()),
  })),
  eventSchema("hop_settled", () => ({
    ...hop,
    outcome: z.enum(["done", "yield", "canceled"]),
    /** The job that settled it waits a moment: it would go on with what the coordinator plans. */
    asks: z.optional(z.boolean()),
  })),
  eventSchema("hop_lost", () => ({ ...hop, cause: z.string() })),
  eventSchema("run_completed", () => ({ ...ending, status: z.literal("success") })),
  eventSchema("run_failed", () => ({
    ...ending,
    status: z.literal("fail"),
    failure_reason: z.string().check(z.minLength(1)),
    failure_class: FailureClassField,
    failure_signature: z.string(),
    failed_node: z.optional(z.string()),
    cause: z.optional(Cause()),
  })),
  eventSchema("run_canceled", () => ({ ...ending, status: z.literal("canceled"), reason: z.string() })),
] as const;
