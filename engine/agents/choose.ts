/** The backends that an agent stage is given, one after the other. */
import type { Config, Provider } from "../config/schema.ts";
import type { Stage } from "../graph/pipeline.ts";
import type { ParentEnv } from "../stages/inherit-env.ts";
import type { StageRequest } from "../stages/port.ts";
import type { AtBase } from "./base-ref.ts";
import { escalatedBy } from "./escalation.ts";
import type { AgentBackend, ModelSettings } from "./port.ts";
import { settingsFor, settingsOf } from "./settings.ts";
import type { Script } from "./simulate-script.ts";
import { type InOrder, type Source, type Target, targetsOf } from "./targets.ts";

export interface Chosen {
  readonly provider: string;
  readonly model: string | null;
  readonly source: Source | "simulate";
  readonly kind: Provider["backend"] | "simulate";
  readonly settings: ModelSettings;
  /** Loaded when it is needed: a stage pays for no other provider's code. */
  readonly open: () => Promise<AgentBackend>;
}

export type BackendChoice = InOrder<Chosen>;

/** With a script every agent stage is simulated, whatever it asks for. */
export interface Backends {
  readonly config: Config;
  readonly simulation: Script | null;
  readonly parentEnv: ParentEnv;
  /** Of the base ref; absent, nobody is told anything of it. */
  readonly base?: AtBase;
}

export function backendFor(request: StageRequest, backends: Backends): BackendChoice {
  const { stage, pipeline } = request;
  if (backends.simulation !== null) return simulated(stage, backends.simulation);
  const targets = targetsOf(stage, pipeline, backends.config, escalatedBy(request));
  if (!targets.ok) return targets;
  const [first, ...failover] = [targets.first, ...targets.failover].map((target) =>
    chosen(stage, target, backends),
  );
  return { ok: true, first: first!, failover, pinned: targets.pinned };
}

function simulated(stage: Stage, script: Script): BackendChoice {
  const first: Chosen = {
    settings: settingsOf(stage),
    provider: stage.llmProvider ?? "simulate",
    model: null,
    source: "simulate",
    kind: "simulate",
    open: async () => (await import("./simulate.ts")).simulateBackend(script),
  };
  return { ok: true, first, failover: [], pinned: false };
}

function chosen(stage: Stage, target: Target, backends: Backends): Chosen {
  const provider = backends.config.llm.providers[target.provider]!;
  return {
    ...target,
    kind: provider.backend,
    settings: settingsFor(stage, target, backends.config),
    open: async () => {
      const { config, parentEnv, base } = backends;
      return (await import("./open.ts")).openBackend({
        ...{ name: target.provider, provider, config, parentEnv },
        ...(base === undefined ? {} : { base }),
      });
    },
  };
}
