/** Backends of an agent stage: a command, a script, one of the test's own. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type BackendChoice, backendFor } from "../../engine/agents/choose.ts";
import type { AgentBackend } from "../../engine/agents/port.ts";
import { settingsOf } from "../../engine/agents/settings.ts";
import { parseScript } from "../../engine/agents/simulate-script.ts";
import type { AgentOptions } from "../../engine/agents/stage/options.ts";
import { loadConfig } from "../../engine/config/load.ts";
import type { Config } from "../../engine/config/schema.ts";
import { type Condition, parseCondition } from "../../engine/graph/condition.ts";
import type { Scene } from "./scene.ts";

export const parentEnv = { ...process.env, OUR_KEY: "key", OTHER_KEY: "other" };

function configOf(content: object): Config {
  const loaded = loadConfig(JSON.stringify(content), "test");
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.config;
}

export function conditionOf(text: string): Condition {
  const read = parseCondition(text);
  if (!read.ok) throw new Error(text);
  return read.condition;
}

/** A `command` provider and what it does, in a few words of shell. */
export function command(script: string): AgentOptions {
  const ours = { backend: "command", command: script, pass_env: ["OUR_KEY"] };
  const config = configOf({ llm: { providers: { ours } } });
  const backends = { config, simulation: null, parentEnv };
  return { choose: (request) => backendFor(request, backends), parentEnv, passEnv: [] };
}

export function simulate(script: object): AgentOptions {
  const read = parseScript(JSON.stringify(script), "script.json");
  if (!read.ok) throw new Error(read.problems.join("\n"));
  const backends = { config: configOf({}), simulation: read.script, parentEnv };
  return { choose: (request) => backendFor(request, backends), parentEnv, passEnv: [] };
}

export const own = (backend: Partial<AgentBackend>): AgentOptions => ({
  choose: ({ stage }): BackendChoice => ({
    ok: true,
    first: {
      provider: "own",
      model: null,
      source: "graph_attrs",
      kind: "command",
      settings: settingsOf(stage),
      open: async () => ({
        name: "own",
        simulated: false,
        run: async () => ({ response: "", evidence: {} }),
        ...backend,
      }),
    },
    failover: [],
    pinned: false,
  }),
  parentEnv,
  passEnv: [],
});

export const read = (at: Scene, file: string) => readFileSync(join(at.stageDir, file), "utf8");
