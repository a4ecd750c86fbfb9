import { z } from "zod";
import { FAILURE_CLASSES } from "../../failure/classes.ts";
import { Cause, Json, Usage } from "../outcome.ts";
import { breaker, event, failure, LONGEST_WAIT_MS, place } from "./common.ts";

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

const Counts = z.record(z.string(), z.number().int().nonnegative());

/** What breakers remember; the same shape in a scope, in a branch's result and in a checkpoint. */
export const BreakerCounts = z.object({
  /** Per failure signature: visits that ended so since the node's last success. */
  cycle: Counts,
  /** Per transient signature: restarts asked for it. */
  restart: Counts,
  /** Per node: failed ends with no success of its own between (R-BRK-3). */
  failures: Counts,
});
export type BreakerCounts = z.infer<typeof BreakerCounts>;

/** A branch as it comes back to its parent: everything the next stage and the breakers need (R-FAN-5). */
export const BranchResult = z.object({
  key: z.string(),
  index: z.number().int().nonnegative(),
  start_node: z.string(),
  item: Json.optional(),
  status: z.enum(["success", "partial_success", "fail", "canceled"]),
  left_by: z.enum(["join", "exit", "dead_end", "failed", "canceled", "lost", "breaker"]),
  last_node: z.string().optional(),
  cause: Cause.optional(),
  preferred_label: z.string().optional(),
  notes: z.string().optional(),
  score: z.number().optional(),
  /** Context keys that the branch set or changed. */
  outputs: z.record(z.string(), Json),
  commit: z.string().optional(),
  duration_ms: z.number().nonnegative(),
  attempts: z.number().int().nonnegative(),
  usage: z.array(Usage),
  node_visits: Counts,
  node_retries: Counts,
  /** How each node last ended there, and what it took. */
  nodes: z.record(
    z.string(),
    z.object({ status: z.string(), ms: z.number(), tokens: z.number(), cost_usd: z.number().nullable() }),
  ),
  completed_nodes: z.array(z.string()),
  /** Last status of each goal gate it visited. */
  gates: z.record(z.string(), z.string()),
  breakers: BreakerCounts,
});
export type BranchResult = z.infer<typeof BranchResult>;

export const PlannedBranch = z.object({
  key: z.string(),
  index: z.number().int().nonnegative(),
  start_node: z.string(),
  item: Json.optional(),
});
export type PlannedBranch = z.infer<typeof PlannedBranch>;

export const flowEvents = [
  event("edge_selected", {
    ...place,
    from_node: z.string(),
    to_node: z.string(),
    visit: z.number().int(),
    edge: z.number().int().optional(),
    label: z.string().optional(),
    condition: z.string().optional(),
    reason: z.enum(ROUTE_REASONS),
    candidates: z.number().int().optional(),
    outcome: z.string().optional(),
  }),
  event("goal_gate_unsatisfied", {
    ...place,
    node_id: z.string(),
    status: z.string(),
    retry_target: z.string().optional(),
    count: z.number().int().nonnegative(),
    limit: z.number().int(),
  }),
  event("deterministic_failure_cycle_check", { ...breaker, visit: z.number().int() }),
  event("deterministic_failure_cycle_breaker", breaker),
  event("no_progress_breaker", {
    ...breaker,
    /** Which bound: failed ends of a node, visits of a node, restarts, goal-gate retries. */
    bound: z.enum(["max_node_failures", "max_node_visits", "max_restarts", "goal_gate_retries"]),
    explanation: z.string(),
  }),
  event("loop_restart", {
    ...place,
    from_node: z.string(),
    target_node: z.string(),
    restart_count: z.number().int().nonnegative(),
    ...failure,
  }),
  event("loop_restart_blocked", {
    ...place,
    node_id: z.string(),
    target_node: z.string(),
    failure_class: z.enum(FAILURE_CLASSES),
    failure_reason: z.string(),
    failure_signature: z.string(),
  }),
  event("loop_restart_signature", { ...breaker, target_node: z.string() }),
  event("loop_restart_circuit_breaker", { ...breaker, target_node: z.string() }),
  event("fanout_started", {
    ...place,
    node_id: z.string(),
    visit: z.number().int(),
    branches: z.array(PlannedBranch),
    /** Results kept from an earlier visit when a resumed run repeats only what failed. */
    carried: z.array(BranchResult).optional(),
    join_node: z.string().optional(),
    join_policy: z.string(),
    error_policy: z.string(),
    k: z.number().int(),
    max_parallel: z.number().int(),
    base_commit: z.string().optional(),
  }),
  event("branch_started", {
    branch_key: z.string(),
    hop: z.number().int().optional(),
    node_id: z.string(),
    fan_node: z.string(),
    fan_visit: z.number().int(),
    index: z.number().int(),
  }),
  /** A leg that stops between stages, for its job's time or a person: the next hop goes on with it. */
  event("leg_paused", {
    branch_key: z.string(),
    hop: z.number().int().optional(),
    why: z.enum(["yield", "waiting"]),
  }),
  event("branch_completed", {
    branch_key: z.string(),
    hop: z.number().int().optional(),
    fan_node: z.string(),
    fan_visit: z.number().int(),
    status: z.string(),
    ...failure,
    result: BranchResult,
  }),
  event("fanout_joined", {
    ...place,
    node_id: z.string(),
    visit: z.number().int(),
    join_node: z.string().optional(),
    status: z.enum(["success", "partial_success", "fail", "canceled"]),
    ...failure,
    explanation: z.string(),
    counts: z.object({
      total: z.number().int(),
      success: z.number().int(),
      fail: z.number().int(),
      canceled: z.number().int(),
    }),
  }),
  event("human_gate_waiting", {
    ...place,
    node_id: z.string(),
    visit: z.number().int(),
    gate: z.string(),
    question: z.string(),
    options: z.array(
      z.object({ key: z.string(), label: z.string(), to: z.string(), edge: z.number().int() }),
    ),
    freeform: z.boolean(),
    timeout_ms: z.number().nonnegative().max(LONGEST_WAIT_MS),
    default_choice: z.string().optional(),
    /** Drawn by the coordinator that asks; an answer names it. */
    nonce: z.string().optional(),
    head_sha: z.string().optional(),
  }),
  event("human_gate_answered", {
    ...place,
    node_id: z.string(),
    visit: z.number().int(),
    gate: z.string(),
    /** Absent: nobody answered in time and the author left no default. */
    label: z.string().optional(),
    to: z.string().optional(),
    edge: z.number().int().optional(),
    text: z.string().optional(),
    by: z.string(),
    source: z.enum(["console", "comment", "button", "dispatch", "command", "callback", "timeout", "auto"]),
    command_id: z.string().optional(),
    head_sha: z.string().optional(),
  }),
] as const;
