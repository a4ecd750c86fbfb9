/** Whether a stage's first request fits into the model that it goes to. */
import type { Config } from "../../config/schema.ts";
import type { Pipeline, Stage } from "../../graph/pipeline.ts";
import { findModel, type Models } from "../catalog/find.ts";
import { modelsServedBy } from "../catalog/served.ts";
import { promptSize } from "../prompt-size.ts";
import type { Reached } from "./reachable.ts";
import type { PreflightCheck } from "./report.ts";

/** Of a window: with less left, an agent has read little when it is full. */
const TIGHT = 0.5;

export function checkPrompts(
  stage: Stage,
  pipeline: Pipeline,
  reached: readonly Reached[],
  config: Config,
): PreflightCheck[] {
  const { bytes, mostTokens } = promptSize(stage, pipeline);
  return reached.flatMap(({ target: { provider: name, model } }) => {
    const models = modelsServedBy(name, config.llm.providers[name]!);
    const context = model === null ? undefined : findModel(name, model, models)?.model.context;
    if (context === undefined || mostTokens <= context * TIGHT) return [];
    const size = `the prompt of node ${stage.id} (${bytes} bytes) may take ${mostTokens} tokens with what is put around it, and ${model} holds ${context}`;
    const fix = `shorten it, or name a model that holds more${larger(models, mostTokens)}`;
    const check = { name: "provider_prompt_size", provider: name } as const;
    return [{ ...check, status: mostTokens > context ? "fail" : "warn", message: `${size}: ${fix}` }];
  });
}

function larger(models: Models | null, tokens: number): string {
  const fit = Object.entries(models ?? {})
    .filter(([, { context = 0, retired }]) => retired === undefined && context * TIGHT >= tokens)
    .map(([id]) => id);
  return fit.length === 0 ? "" : ` (${fit.slice(-3).join(", ")})`;
}
