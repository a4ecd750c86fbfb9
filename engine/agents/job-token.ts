/** Which stages would pay with the GitHub token of the job that they run in (R-AGENT-15). Pure. */

import type { Config } from "../config/schema.ts";
import { asksModel } from "../graph/asks-model.ts";
import type { Pipeline } from "../graph/pipeline.ts";
import { authOf, cliOf } from "./cli-of.ts";
import { reachable } from "./preflight/reachable.ts";

/** Ids of nodes, those that only come to it by failover or escalation too. */
export function stagesOnJobToken(pipeline: Pipeline, config: Config): string[] {
  const stages = [...pipeline.stages.values()].filter(asksModel);
  const pays = (name: string): boolean => {
    const provider = config.llm.providers[name];
    if (provider?.backend !== "cli") return false;
    const cli = cliOf(name, provider);
    return cli !== null && authOf(cli, provider) === "github_token";
  };
  const { reached } = reachable(stages, pipeline, config);
  const nodes = new Set(reached.flatMap(({ target, nodes: of }) => (pays(target.provider) ? of : [])));
  return [...nodes].sort();
}
