/** The run as plain lines, one per thing that happened: for logs, pipes and screens that cannot move. */
import type { RunEvent } from "../core/events.ts";
import { durationText } from "./units.ts";

export function storyLine(event: RunEvent): string | null {
  const where = "branch_key" in event && event.branch_key ? `[${event.branch_key}] ` : "";
  switch (event.event) {
    case "run_started":
      return `run ${event.run_id}: ${event.graph.name}${event.simulated?.length ? ` (simulated: ${event.simulated.join(", ")})` : ""}`;
    case "run_resumed":
      return `resumed by ${event.by}`;
    case "stage_attempt_start":
      if (["start", "exit", "conditional", "parallel", "wait.human"].includes(event.handler)) return null;
      return `${where}${event.node_id} started${event.visit > 1 ? `, visit ${event.visit}` : ""}${event.attempt > 1 ? `, attempt ${event.attempt} of ${event.max}` : ""}`;
    case "stage_attempt_end": {
      if (["start", "exit", "conditional", "parallel"].includes(event.handler)) return null;
      const why = event.failure_reason ? `: ${firstLine(event.failure_reason)}` : "";
      return `${where}${event.node_id} ${event.status} in ${durationText(event.duration_ms)}${event.failure_class ? ` (${event.failure_class})` : ""}${why}`;
    }
    case "stage_retry_sleep":
      return `${where}${event.node_id} again in ${durationText(event.delay_ms)} (retry ${event.retries} of ${event.max_retry})`;
    case "run_paused":
    case "leg_paused":
      if (event.provider === undefined) return null;
      return `${where}${event.node_id} paused: ${event.provider} asks for money or time${event.until ? ` (until ${event.until})` : ""}; resume the run when that is settled`;
    case "edge_selected":
      if (event.reason === "only_edge" || event.reason === "join") return null;
      return `${where}${event.from_node} -> ${event.to_node} (${event.reason}${event.condition ? `: ${event.condition}` : ""})`;
    case "fanout_started":
      return `${where}${event.node_id} fans out to ${event.branches.length} branches`;
    case "branch_completed":
      return `[${event.branch_key}] ${event.status}${event.failure_reason ? `: ${firstLine(event.failure_reason)}` : ""}`;
    case "fanout_joined":
      return `${where}${event.node_id} joined: ${firstLine(event.explanation)}`;
    case "human_gate_waiting":
      return `${where}${event.gate} waits: ${event.question} (${event.options.map((o) => o.label).join(" | ")})`;
    case "human_gate_answered":
      return `${where}${event.gate} answered by ${event.by}: ${event.label ?? event.text ?? "nobody, in time"}`;
    case "no_progress_breaker":
      return `${where}stopped: ${event.explanation}`;
    case "deterministic_failure_cycle_breaker":
    case "loop_restart_circuit_breaker":
      return `${where}stopped: ${event.node_id} failed the same way ${event.signature_count} times (${event.signature})`;
    case "loop_restart":
      return `${where}restart ${event.restart_count} at ${event.target_node}`;
    case "loop_restart_blocked":
      return `${where}no restart: a ${event.failure_class} failure would come again`;
    case "goal_gate_unsatisfied":
      return `${where}exit refused: goal gate ${event.node_id} is ${event.status}`;
    case "stall_watchdog_timeout":
      return `${where}stalled: no progress for ${durationText(event.idle_ms)}`;
    case "budget_exceeded":
      return `${where}stopped: ${event.explanation}`;
    case "cancellation_requested":
      return `${event.branches ? `ending ${event.branches.length} branches` : "canceling"}: ${event.reason}`;
    case "agent_steered":
      return `${event.node_id} is told by ${event.by}: ${firstLine(event.text)}`;
    case "agent_told":
      return `${where}${event.node_id} heard it ${event.turn === 0 ? "in its prompt" : `before its turn ${event.turn}`}`;
    case "run_aborted":
      return `aborted: ${event.reason}`;
    case "warning":
      return `warning: ${event.message}`;
    default:
      return null;
  }
}

function firstLine(text: string): string {
  const line = text.split("\n").find((part) => part.trim() !== "") ?? "";
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
