/** The branches of a run: those of the fan-outs that are over, and those of the open ones. */
import type { BranchResult } from "../../core/events/flow.ts";
import type { RunState } from "../../core/state.ts";
import { tokensOf } from "../../core/usage.ts";
import type { Pipeline } from "../../graph/pipeline.ts";
import type { BranchRow } from "../model.ts";
import { branchLabel } from "./names.ts";
import { nodeState } from "./states.ts";

/** A resumed fan-out lists what it kept again, and what it repeated anew: the newest result of a branch is the one that counts. */
export function joined(state: RunState): BranchResult[] {
  return [...new Map(state.branches.map((branch) => [sameBranch(branch.key), branch])).values()];
}

const sameBranch = (key: string): string => key.replace(/\/v\d+\//g, "/");

export function branchRows(state: RunState, pipeline: Pipeline): BranchRow[] {
  const open = [...state.scopes.values()].flatMap((scope) => {
    if (scope.cursor.phase !== "fanned") return [];
    const { fan, node } = scope.cursor;
    return fan.planned.map((branch): BranchRow => {
      const result = fan.results.get(branch.key);
      if (result) return doneRow(result, pipeline);
      return {
        key: branch.key,
        label: branchLabel(pipeline, branch),
        fanOut: node,
        // What was on its way when the run ended is not going on.
        state: !fan.started.has(branch.key) ? "pending" : state.ended ? "canceled" : "running",
        cause: null,
        durationMs: null,
        tokens: null,
        costUsd: null,
        costComplete: true,
      };
    });
  });
  const planned = new Set(open.map((row) => sameBranch(row.key)));
  return [
    ...joined(state)
      .filter((result) => !planned.has(sameBranch(result.key)))
      .map((result) => doneRow(result, pipeline)),
    ...open,
  ];
}

function doneRow(result: BranchResult, pipeline: Pipeline): BranchRow {
  return {
    key: result.key,
    label: branchLabel(pipeline, result),
    fanOut: result.key.split("/").at(-3) ?? "",
    state: nodeState(result.status),
    cause: result.cause ?? null,
    durationMs: result.duration_ms,
    tokens: result.usage.reduce((sum, usage) => sum + tokensOf(usage), 0),
    costUsd: result.usage.reduce((sum, usage) => sum + (usage.cost_usd ?? 0), 0),
    costComplete: result.usage.every((usage) => usage.cost_usd !== null),
  };
}
