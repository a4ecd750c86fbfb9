/** Preflight of one agent stage, on a machine that has everything. */
import type { Machine } from "../../../engine/agents/preflight/machine.ts";
import { preflight } from "../../../engine/agents/preflight/preflight.ts";
import { loadConfig } from "../../../engine/config/load.ts";
import { prepare } from "../../../engine/graph/prepare.ts";

const HELP =
  "claude --output-format --verbose --permission-mode --permission-prompts --setting-sources --strict-mcp-config\ncodex --json --sandbox --model --approval-mode --allow-tool";

export const MACHINE: Machine = {
  env: {
    ANTHROPIC_API_KEY: "a",
    OPENAI_API_KEY: "o",
    GEMINI_API_KEY: "g",
    KIMI_API_KEY: "k",
    ZAI_API_KEY: "z",
  },
  find: (name) => (["claude", "codex", "/opt/shim"].includes(name) ? `/usr/bin/${name}` : null),
  ask: async (_path, args) => (args.includes("--version") ? "2.1.332 (it)" : HELP),
  canConfine: async () => true,
  ownSandbox: async () => true,
};

export async function report(
  attrs: string,
  config: object,
  machine: Partial<Machine> = {},
  allowTestShim = false,
) {
  const loaded = loadConfig(JSON.stringify(config), "config");
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const { pipeline, diagnostics } = prepare(
    `digraph g { start [shape=Mdiamond]; exit [shape=Msquare]; it [prompt=x ${attrs}]; start -> it -> exit }`,
  );
  if (pipeline === null) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return preflight({
    pipeline,
    config: loaded.config,
    machine: { ...MACHINE, ...machine },
    allowTestShim,
    simulated: false,
    now: () => new Date(0),
  });
}

export const providers = (all: object, more: object = {}) => ({ llm: { providers: all, ...more } });

export const api = (more: object = {}) => ({ backend: "api", failover: [], ...more });

export const cli = (more: object = {}) => ({ backend: "cli", failover: [], ...more });

export const zai = ', llm_provider=zai, llm_model="glm-4.7"';
