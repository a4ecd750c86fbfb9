/** Which stages run in a job of their own: what needs the runner's own user, and what pays with the job's own token. Pure. */
import { authOf, cliOf } from "../agents/cli-of.ts";
import { targetsOf } from "../agents/targets.ts";
import type { Config } from "../config/schema.ts";
import type { Pipeline, Stage } from "../graph/pipeline.ts";

export const isApart = (stage: Stage, pipeline: Pipeline, config: Config): boolean =>
  stage.privileged || paysByToken(stage, pipeline, config);

export function paysByToken(stage: Stage, pipeline: Pipeline, config: Config): boolean {
  if (stage.handler !== "agent" || stage.customType !== null) return false;
  const found = targetsOf(stage, pipeline, config);
  if (!found.ok) return false;
  return [found.first, ...found.failover].some(({ provider: name }) => {
    const provider = config.llm.providers[name]!;
    const cli = provider.backend === "cli" ? cliOf(name, provider) : null;
    return provider.backend === "cli" && cli !== null && authOf(cli, provider) === "github_token";
  });
}
