/** When a stage that ran out of budget or turned in circles is given a stronger model (R-AGENT-9). */
import { CLASS_POLICY } from "../failure/classes.ts";
import type { StageRequest } from "../stages/port.ts";

/** How many models are used up: each has had its failures, and one more. */
export function escalatedBy({ stage, pipeline, failures }: StageRequest): number {
  return used(
    stage.escalationModels.length,
    failures?.escalating ?? 0,
    pipeline.limits.retriesBeforeEscalation,
  );
}

/** The class of the failure after which this attempt, and not one before it, has another model; else null. */
export function justEscalated(request: StageRequest): string | null {
  const { stage, pipeline, failures } = request;
  if (!failures || !CLASS_POLICY[failures.class].escalation) return null;
  const before = used(
    stage.escalationModels.length,
    failures.escalating - 1,
    pipeline.limits.retriesBeforeEscalation,
  );
  return escalatedBy(request) > before ? failures.class : null;
}

const used = (models: number, failures: number, allowed: number): number =>
  Math.min(models, Math.floor(failures / (allowed + 1)));
