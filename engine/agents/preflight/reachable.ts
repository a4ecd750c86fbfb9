/** Every model that a run of this graph could come to ask: nodes, stylesheet, failover, escalation, what is forced. */
import type { Config } from "../../config/schema.ts";
import type { Pipeline, Stage } from "../../graph/pipeline.ts";
import { type Target, targetsOf } from "../targets.ts";

export interface Reached {
  readonly target: Target;
  /** The nodes that may come to it. */
  readonly nodes: readonly string[];
  /** At least one of them asks it first, or by a list that names it: it must work. */
  readonly needed: boolean;
}

export interface Reachable {
  readonly reached: readonly Reached[];
  readonly problems: readonly {
    readonly node: string;
    readonly provider: string;
    readonly problem: string;
  }[];
}

export function reachable(stages: readonly Stage[], pipeline: Pipeline, config: Config): Reachable {
  const found = new Map<string, { target: Target; nodes: Set<string>; needed: boolean }>();
  const problems: { node: string; provider: string; problem: string }[] = [];
  const add = (target: Target, node: string, needed: boolean): void => {
    const key = `${target.provider}\t${target.model ?? ""}`;
    const before = found.get(key) ?? { target, nodes: new Set<string>(), needed: false };
    before.nodes.add(node);
    found.set(key, { ...before, needed: before.needed || needed });
  };
  for (const stage of stages) {
    for (let escalated = 0; escalated <= stage.escalationModels.length; escalated++) {
      const targets = targetsOf(stage, pipeline, config, escalated);
      if (!targets.ok) {
        problems.push({ node: stage.id, provider: stage.llmProvider ?? "", problem: targets.problem });
        continue;
      }
      const listed = config.llm.providers[targets.first.provider]!.failover !== undefined;
      add(targets.first, stage.id, true);
      for (const next of targets.failover) add(next, stage.id, listed);
    }
  }
  const reached = [...found.values()].map(({ target, nodes, needed }) => ({
    target,
    nodes: [...nodes],
    needed,
  }));
  return { reached, problems };
}
