import * as z from "zod/mini";
import { once } from "../../once.ts";
import { Cause, Json, Usage } from "../outcome.ts";
import { breaker, eventSchema, FailureClassField, failure, LONGEST_WAIT_MS, place } from "./common.ts";

export const ROUTE_REASONS = [
  "condition_match",
  "preferred_label",
  "suggested_next_ids",
  "only_edge",
  "weight",
  "lexical_tiebreak",
  "human_choice",
  "retry_target",
  "goal_gate_retry",
  "join",
] as const;

const counts = once(() => z.record(z.string(), z.int().check(z.nonnegative())));

/** What breakers remember; the same shape in a scope, in a branch's result and in a checkpoint. */
const breakerCounts = once(() =>
  z.object({
    /** Per failure signature: visits that ended so since the node's last success. */
    cycle: counts(),
    /** Per transient signature: restarts asked for it. */
    restart: counts(),
    /** Per node: failed ends with no success of its own between (R-BRK-3). */
    failures: counts(),
  }),
);
export type BreakerCounts = z.infer<ReturnType<typeof breakerCounts>>;

/** A `loop_restart` that the failure's class does not allow: where it was asked, and where it would have led. */
export const restartBlocked = once(() => z.object({ node_id: z.string(), target_node: z.string() }));
export type RestartBlocked = z.infer<ReturnType<typeof restartBlocked>>;

/** A branch as it comes back to its parent: everything the next stage and the breakers need (R-FAN-5). */
const branchResult = once(() =>
  z.object({
    key: z.string(),
    index: z.int().check(z.nonnegative()),
    start_node: z.string(),
    item: z.optional(Json()),
    status: z.enum(["success", "partial_success", "fail", "canceled"]),
    left_by: z.enum(["join", "exit", "dead_end", "failed", "canceled", "lost", "breaker"]),
    last_node: z.optional(z.string()),
    cause: z.optional(Cause()),
    /** Of fan-outs inside it: branches that their join went on without. */
    failed_branches: z.optional(z.array(z.string())),
    loop_restart_blocked: z.optional(restartBlocked()),
    preferred_label: z.optional(z.string()),
    notes: z.optional(z.string()),
    score: z.optional(z.number()),
    /** Context keys that the branch set or changed. */
    outputs: z.record(z.string(), Json()),
    commit: z.optional(z.string()),
    duration_ms: z.number().check(z.nonnegative()),
    attempts: z.int().check(z.nonnegative()),
    usage: z.array(Usage()),
    node_visits: counts(),
    node_retries: counts(),
    /** How each node last ended there, and what it took. */
    nodes: z.record(
      z.string(),
      z.object({ status: z.string(), ms: z.number(), tokens: z.number(), cost_usd: z.nullable(z.number()) }),
    ),
    completed_nodes: z.array(z.string()),
    /** Last status of each goal gate it visited. */
    gates: z.record(z.string(), z.string()),
    breakers: breakerCounts(),
  }),
);
export type BranchResult = z.infer<ReturnType<typeof branchResult>>;

const plannedBranch = once(() =>
  z.object({
    key: z.string(),
    index: z.int().check(z.nonnegative()),
    start_node: z.string(),
    item: z.optional(Json()),
  }),
);
export type PlannedBranch = z.infer<ReturnType<typeof plannedBranch>>;

/** Where the branch's files lie, relative to the run folder. */
const branch_logs_root = z.optional(z.string());

export const flowEvents = [
  eventSchema("edge_selected", () => ({
    ...place,
    from_node: z.string(),
    to_node: z.string(),
    visit: z.int(),
    edge: z.optional(z.int()),
    label: z.optional(z.string()),
    condition: z.optional(z.string()),
    reason: z.enum(ROUTE_REASONS),
    candidates: z.optional(z.int()),
    outcome: z.optional(z.string()),
  })),
  eventSchema("goal_gate_unsatisfied", () => ({
    ...place,
    node_id: z.string(),
    status: z.string(),
    retry_target: z.optional(z.string()),
    count: z.int().check(z.nonnegative()),
    limit: z.int(),
  })),
  eventSchema("deterministic_failure_cycle_check", () => ({ ...breaker, visit: z.int() })),
  eventSchema("deterministic_failure_cycle_breaker", () => breaker),
  eventSchema("no_progress_breaker", () => ({
    ...breaker,
    /** Which bound: failed ends of a node, visits of a node, restarts, goal-gate retries. */
    bound: z.enum(["max_node_failures", "max_node_visits", "max_restarts", "goal_gate_retries"]),
    explanation: z.string(),
  })),
  eventSchema("loop_restart", () => ({
    ...place,
    from_node: z.string(),
    target_node: z.string(),
    restart_count: z.int().check(z.nonnegative()),
    ...failure,
  })),
  eventSchema("loop_restart_blocked", () => ({
    ...place,
    node_id: z.string(),
    target_node: z.string(),
    failure_class: FailureClassField,
    failure_reason: z.string(),
    failure_signature: z.string(),
  })),
  eventSchema("loop_restart_signature", () => ({ ...breaker, target_node: z.string() })),
  eventSchema("loop_restart_circuit_breaker", () => ({ ...breaker, target_node: z.string() })),
  eventSchema("fanout_started", () => ({
    ...place,
    node_id: z.string(),
    visit: z.int(),
    branches: z.array(plannedBranch()),
    /** Results kept from an earlier visit when a resumed run repeats only what failed. */
    carried: z.optional(z.array(branchResult())),
    join_node: z.optional(z.string()),
    join_policy: z.string(),
    error_policy: z.string(),
    k: z.int(),
    max_parallel: z.int(),
    base_commit: z.optional(z.string()),
  })),
  eventSchema("branch_started", () => ({
    branch_key: z.string(),
    branch_logs_root,
    hop: z.optional(z.int()),
    node_id: z.string(),
    fan_node: z.string(),
    fan_visit: z.int(),
    index: z.int(),
  })),
  /** A branch that stops between stages, for its job's time, a person or a provider's bill: later it goes on. */
  eventSchema("leg_paused", () => ({
    branch_key: z.string(),
    hop: z.optional(z.int()),
    why: z.enum(["yield", "waiting", "billing"]),
    /** Of `billing`: the attempt that was refused, and by whom. */
    node_id: z.optional(z.string()),
    visit: z.optional(z.int()),
    attempt: z.optional(z.int()),
    provider: z.optional(z.string()),
    until: z.optional(z.string()),
  })),
  eventSchema("branch_completed", () => ({
    branch_key: z.string(),
    branch_logs_root,
    hop: z.optional(z.int()),
    fan_node: z.string(),
    fan_visit: z.int(),
    status: z.string(),
    ...failure,
    result: branchResult(),
  })),
  eventSchema("fanout_joined", () => ({
    ...place,
    node_id: z.string(),
    visit: z.int(),
    join_node: z.optional(z.string()),
    status: z.enum(["success", "partial_success", "fail", "canceled"]),
    ...failure,
    explanation: z.string(),
    counts: z.object({
      total: z.int(),
      success: z.int(),
      fail: z.int(),
      canceled: z.int(),
    }),
  })),
  eventSchema("human_gate_waiting", () => ({
    ...place,
    node_id: z.string(),
    visit: z.int(),
    gate: z.string(),
    question: z.string(),
    options: z.array(z.object({ key: z.string(), label: z.string(), to: z.string(), edge: z.int() })),
    freeform: z.boolean(),
    timeout_ms: z.number().check(z.nonnegative(), z.maximum(LONGEST_WAIT_MS)),
    default_choice: z.optional(z.string()),
    /** Drawn by the coordinator that asks; an answer names it. */
    nonce: z.optional(z.string()),
    head_sha: z.optional(z.string()),
  })),
  eventSchema("human_gate_answered", () => ({
    ...place,
    node_id: z.string(),
    visit: z.int(),
    gate: z.string(),
    /** Absent: nobody answered in time and the author left no default. */
    label: z.optional(z.string()),
    to: z.optional(z.string()),
    edge: z.optional(z.int()),
    text: z.optional(z.string()),
    by: z.string(),
    source: z.enum(["console", "comment", "button", "dispatch", "command", "callback", "timeout", "auto"]),
    command_id: z.optional(z.string()),
    head_sha: z.optional(z.string()),
  })),
] as const;
