/** A fan-in: picks a winner among the branches and brings their work together. That all failed is decided before. */
import { relative } from "node:path";
import { z } from "zod";
import type { AttemptResult, JsonValue } from "../core/outcome.ts";
import type { MergePolicy } from "../graph/pipeline.ts";
import { best, Candidate, isEligible, type Ranking } from "./fan-in-candidates.ts";
import type { StageRequest } from "./port.ts";

export interface Merged {
  readonly ok: boolean;
  readonly commit: string | null;
  readonly conflicts: readonly { readonly path: string; readonly branches: readonly string[] }[];
}

/** `keys`: the branches whose work counts, in graph order; the winner is one of them. */
export type Merge = (policy: MergePolicy, keys: readonly string[], winner: string) => Promise<Merged>;

/** An agent says who wins, where the node has a prompt. */
export type Rank = (request: StageRequest, candidates: readonly Candidate[]) => Promise<Ranking>;

export interface FanInOptions {
  readonly rank: Rank;
  readonly merge: Merge;
}

export async function runFanIn(request: StageRequest, options: FanInOptions): Promise<AttemptResult> {
  const started = performance.now();
  const { stage, context, logsRoot, stageDir } = request;
  let ranking: Ranking | null = null;
  const end = (rest: Omit<AttemptResult, "durationMs" | "stageDir">): AttemptResult => ({
    ...rest,
    durationMs: performance.now() - started,
    stageDir: ranking?.result.stageDir ?? relative(logsRoot, stageDir),
  });
  const fail = (failure_reason: string) =>
    end({ outcome: { status: "fail", failure_reason }, evidence: { error_code: "structural" } });

  const parsed = z.array(Candidate).safeParse(context["parallel.results"]);
  if (!parsed.success) return fail("No parallel results to evaluate");
  const all = parsed.data;
  const eligible = all.filter(isEligible);
  if (eligible.length === 0) return fail("no branch ended with work to take");

  ranking = stage.prompt.trim() === "" ? null : await options.rank(request, eligible);
  const winner = ranking === null ? best(eligible) : ranking.winner;
  if (winner === null) return end(ranking!.result);

  const keys = eligible.map(({ key }) => key);
  const merged = stage.merge === "none" ? NOTHING_MERGED : await options.merge(stage.merge, keys, winner.key);
  const updates: Record<string, JsonValue> = {
    ...ranking?.result.outcome.context_updates,
    "parallel.fan_in.best_id": winner.key,
    "parallel.fan_in.best_outcome": winner.status,
    "parallel.fan_in.best_head_sha": winner.commit ?? "",
    "parallel.fan_in.losers": all.flatMap(({ key }) => (key === winner.key ? [] : [key])),
  };
  const spent = ranking?.result.usage === undefined ? {} : { usage: ranking.result.usage };
  if (!merged.ok) {
    return end({
      outcome: {
        status: "fail",
        failure_reason: conflictReason(merged),
        context_updates: { ...updates, "parallel.fan_in.conflicts": conflictData(merged) },
      },
      evidence: { error_code: "merge_conflict" },
      ...spent,
    });
  }
  const notes = `Selected best candidate: ${winner.key}`;
  return end({
    outcome: { status: "success", notes, context_updates: updates },
    evidence: {},
    ...spent,
    ...(merged.commit === null ? {} : { commit: merged.commit }),
  });
}

const NOTHING_MERGED: Merged = { ok: true, commit: null, conflicts: [] };

const CONFLICTS_TOLD = 20;
const CONFLICTS_KEPT = 500;

function conflictReason({ conflicts }: Merged): string {
  const told = conflicts
    .slice(0, CONFLICTS_TOLD)
    .map(({ path, branches }) => `${path} (${branches.join(", ")})`);
  const more = conflicts.length - told.length;
  return `merge conflict in ${told.join("; ")}${more > 0 ? `; and ${more} more` : ""}`;
}

const conflictData = ({ conflicts }: Merged): JsonValue =>
  conflicts.slice(0, CONFLICTS_KEPT).map(({ path, branches }) => ({ path, branches: [...branches] }));
