/** What the steps after the action can read of a run: typed once, the same for every part. */

import type { RunState } from "../../engine/core/state.ts";
import { totals } from "../../engine/core/usage.ts";
import { liveOf } from "../../engine/ledger/projections/live.ts";
import { nextSteps } from "../../github/notify/next-steps.ts";
import type { Published } from "../../github/publish.ts";
import type { Inputs } from "../inputs.ts";
import type { JobPorts } from "../ports.ts";
import { partialWarning } from "./partial-warning.ts";

export function sayEnd(
  { say, inputs, job }: Pick<JobPorts, "say" | "inputs" | "job">,
  state: RunState,
  published: Published | null = null,
): void {
  const { status } = liveOf(state);
  say.output("run-id", state.runId);
  say.output("status", status);
  const [next] = nextSteps(state, { serverUrl: job.serverUrl, published, alone: isAlone(inputs) });
  say.output("next", next?.command ?? "");
  say.output("failure-reason", state.ended?.event === "run_failed" ? state.ended.failure_reason : "");
  const { usd, complete } = totals(state.usage);
  say.output("cost-usd", complete ? usd.toFixed(4) : "");
  if (state.ended === null) return;
  const warning = partialWarning(state);
  const outcome = warning === null ? {} : { outcome: "partial_success" };
  say.output("final", JSON.stringify({ status, ...outcome, run_id: state.runId }));
  if (warning !== null) say.warning(warning);
}

/** A run that lives in one job has nobody to execute a command; its work can be looked at. */
export const isAlone = ({ part }: Pick<Inputs, "part">): boolean => part === "single";
