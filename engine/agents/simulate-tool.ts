/** Tool stages without a command: what the script says happens, else what the edges offer; the status contract is real. */
import type { AttemptResult } from "../core/outcome.ts";
import { isFailure } from "../core/outcome.ts";
import type { Pipeline, Stage } from "../graph/pipeline.ts";
import { finishAttempt } from "../stages/attempt.ts";
import { otherNames } from "../stages/output-names.ts";
import type { StageRequest } from "../stages/port.ts";
import { statusPath } from "../stages/status/paths.ts";
import { snapshotFallbacks } from "../stages/status/snapshot.ts";
import { playStep } from "./simulate.ts";
import { type Script, stepFor } from "./simulate-script.ts";
import { unscripted } from "./unscripted.ts";

/** A tool that the script names; with all tools simulated, any other too. */
const isSimulatedTool = (stage: Stage, script: Script): boolean =>
  stage.handler === "tool" && (script.allTools || script.nodes.has(stage.id));

/** What manifest, final and summary call not real. */
export const simulatedKinds = (pipeline: Pipeline, script: Script): readonly string[] => [
  "agents",
  ...([...pipeline.stages.values()].some((stage) => isSimulatedTool(stage, script)) ? ["tools"] : []),
];

/** Null when the tool is to run for real. */
export function simulatedTool(request: StageRequest, script: Script | null): Promise<AttemptResult> | null {
  return script !== null && isSimulatedTool(request.stage, script) ? runSimulated(request, script) : null;
}

async function runSimulated(request: StageRequest, script: Script): Promise<AttemptResult> {
  const { stage, visit, attempt, pipeline, stageDir } = request;
  const started = performance.now();
  const before = await snapshotFallbacks(request.worktree);
  const step = stepFor(script, stage.id, visit, attempt) ?? unscripted(request);
  const { response, evidence, problem, usage, outcome } = await playStep(request, statusPath(stageDir), step);
  const exit = evidence.exit_code ?? (outcome && isFailure(outcome.status) ? 1 : 0);
  return finishAttempt(request, before, {
    evidence,
    problem: problem ?? null,
    durationMs: performance.now() - started,
    silence: "success",
    contextUpdates: {
      "tool.output": response,
      "tool.exit_status": exit,
      ...otherNames(pipeline, response),
    },
    usage,
    known: outcome,
  });
}
