import type { RunState } from "../../core/state.ts";
import type { Finding } from "../finding.ts";

/** What the run's own end says about how it was stopped. */
export function ends(state: RunState): Finding[] {
  const { ended, stop } = state;
  if (ended?.event !== "run_failed") return [];
  const found: Finding[] = [];
  if (stop && /made progress/.test(stop.reason)) {
    found.push({
      code: "STALLED",
      severity: "error",
      title: `nothing moved${stop.node ? ` at ${stop.node}` : ""}`,
      evidence: stop.reason,
      advice:
        "give the stage a timeout of its own, or raise runtime_policy.stall_timeout_ms if silence is normal there",
    });
  }
  if (stop?.class === "budget_exhausted" || ended.failure_class === "budget_exhausted") {
    found.push({
      code: "BUDGET_EXCEEDED",
      severity: "error",
      title: "a budget ran out",
      evidence: ended.failure_reason,
      advice: "raise the budget and resume; nothing that is done runs again",
    });
  }
  if (/nobody answered/.test(ended.failure_reason)) {
    found.push({
      code: "GATE_UNANSWERED",
      severity: "error",
      title: `${ended.failed_node ?? "a gate"} was never answered`,
      evidence: ended.failure_reason,
      advice: "resume to ask again; set human.default_choice or human.timeout on the gate",
    });
  }
  if (stop && /gone|lost/.test(stop.reason)) {
    found.push({
      code: "NO_TERMINAL_RECORD",
      severity: "error",
      title: "what drove the run vanished before writing an end",
      evidence: stop.reason,
      advice: "resume: the run goes on after the last stage that completed",
    });
  }
  return found;
}
