/** Which backend an agent stage is given; what is not configured fails by naming the key that would configure it. */
import type { Config, Provider } from "../config/schema.ts";
import type { Stage } from "../graph/pipeline.ts";
import type { ParentEnv } from "../stages/inherit-env.ts";
import { commandBackend } from "./command.ts";
import type { AgentBackend } from "./port.ts";
import { simulateBackend } from "./simulate.ts";
import type { Script } from "./simulate-script.ts";

export type BackendChoice =
  | {
      readonly ok: true;
      readonly backend: AgentBackend;
      readonly provider: string;
      /** Why this one. */
      readonly source: "graph_attrs" | "only_provider" | "simulate";
    }
  | { readonly ok: false; readonly problem: string };

/** With a script every agent stage is simulated, whatever it asks for. */
export interface Backends {
  readonly config: Config;
  readonly simulation: Script | null;
  readonly parentEnv: ParentEnv;
}

export function backendFor(stage: Stage, { config, simulation, parentEnv }: Backends): BackendChoice {
  const asked = stage.llmProvider;
  if (simulation !== null) {
    return {
      ok: true,
      backend: simulateBackend(simulation),
      provider: asked ?? "simulate",
      source: "simulate",
    };
  }
  const declared = Object.keys(config.llm.providers);
  const name = asked ?? (declared.length === 1 ? declared[0]! : null);
  if (name === null) return refuse(`node ${stage.id} names no provider${mendUnnamed(stage.id, declared)}`);
  if (!Object.hasOwn(config.llm.providers, name)) return refuse(undeclared(stage.id, name, declared));
  const provider = config.llm.providers[name]!;
  const backend = backendOf(name, provider, parentEnv);
  if (backend === null) {
    return refuse(
      `llm.providers.${name} has backend ${provider.backend}, which is not available in this version; use backend: command, or run with --simulate`,
    );
  }
  return { ok: true, backend, provider: name, source: asked === null ? "only_provider" : "graph_attrs" };
}

function backendOf(name: string, provider: Provider, parentEnv: ParentEnv): AgentBackend | null {
  if (provider.backend !== "command") return null;
  const { command, pass_env } = provider;
  return commandBackend({ provider: name, command, passEnv: pass_env }, parentEnv);
}

const refuse = (problem: string): BackendChoice => ({ ok: false, problem });

function mendUnnamed(node: string, declared: readonly string[]): string {
  return declared.length === 0
    ? " and the config declares none under llm.providers; add one, or run with --simulate"
    : ` and the config declares several; add llm_provider=${declared[0]} (or another of ${declared.join(", ")}) to node ${node} or to the stylesheet`;
}

const undeclared = (node: string, name: string, declared: readonly string[]): string =>
  `node ${node} asks for provider ${name}, which the config does not declare: add llm.providers.${name}` +
  (declared.length === 0 ? ", or run with --simulate" : ` (declared: ${declared.join(", ")})`);
