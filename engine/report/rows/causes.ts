/** Why the run failed: the causes as they were recorded, and the deepest of them told in words. */
import type { Cause } from "../../core/outcome.ts";
import { type RunState, TRUNK } from "../../core/state.ts";
import type { Pipeline } from "../../graph/pipeline.ts";
import type { BranchRow, CauseRow, Story } from "../model.ts";
import { storyOf, type Tries } from "../story-of.ts";
import { joined } from "./branches.ts";
import { labelOf } from "./names.ts";

export function causesOf(state: RunState, pipeline: Pipeline): CauseRow[] {
  const { ended } = state;
  if (ended?.event !== "run_failed") return [];
  const own: Cause = {
    node_id: ended.failed_node ?? "run",
    reason: ended.failure_reason,
    class: ended.failure_class,
    signature: ended.failure_signature,
  };
  const under = ended.cause ? [ended.cause] : branchCauses(state, ended.failed_node);
  const causes = [own, ...under];
  return causes.map((cause, index) => ({
    ...cause,
    label: index === 0 && ended.failed_node === undefined ? "The run" : labelOf(pipeline, cause.node_id),
  }));
}

/** Of the fan-out whose join ended the run: why each of its branches failed, the first one last, as the deepest. */
function branchCauses(state: RunState, failedNode: string | undefined): Cause[] {
  const fan = state.scopes.get(TRUNK)?.lastFan;
  if (!fan || (fan.joinNode !== failedNode && fan.node !== failedNode)) return [];
  return fan.results
    .flatMap(({ key, status, cause }) =>
      status === "fail" && cause ? [{ ...cause, branch_key: cause.branch_key ?? key }] : [],
    )
    .toReversed();
}

export function storyFrom(
  state: RunState,
  pipeline: Pipeline,
  causes: readonly CauseRow[],
  branches: readonly BranchRow[],
): Story | null {
  const cause = causes.at(-1);
  if (!cause) return null;
  const branch =
    branches.find((row) => row.key === cause.branch_key || cause.branch_key?.startsWith(`${row.key}/`)) ??
    null;
  const failed = branches.filter((row) => row.fanOut === branch?.fanOut && row.state === "fail");
  return storyOf({
    cause,
    label: cause.label,
    branch: branch === null || branch.label === cause.label ? null : branch.label,
    tries: triesOf(state, pipeline, cause),
    alsoFailed: branch === null ? 0 : Math.max(0, failed.length - 1),
  });
}

function triesOf(state: RunState, pipeline: Pipeline, cause: Cause): Tries | null {
  const stage = pipeline.stages.get(cause.node_id);
  if (!stage) return null;
  const most = stage.maxRetries;
  if (cause.branch_key === undefined || state.scopes.has(cause.branch_key)) {
    const node = state.scopes.get(cause.branch_key ?? TRUNK)?.nodes.get(cause.node_id);
    return node ? { made: node.retries, most } : null;
  }
  const result = joined(state).find((each) => each.key === cause.branch_key);
  if (!result) return null;
  const again = result.node_retries[cause.node_id] ?? 0;
  return { made: Math.max(0, again + 1 - (result.node_visits[cause.node_id] ?? 1)), most };
}
