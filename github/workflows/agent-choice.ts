/** The agents that `attractor init --agent` sets up: their provider in the configuration, what their jobs need, and who pays. Pure. */
import type { Jobs } from "../../engine/config/jobs.ts";

export const AGENTS = ["copilot", "claude", "codex", "gemini", "kimi", "zai"] as const;
export type AgentName = (typeof AGENTS)[number];

export interface AgentChoice {
  /** Of the configuration's `jobs:`. */
  readonly jobs: Pick<Jobs, "contents" | "copilot_requests" | "secrets" | "steps">;
  /** Of the configuration's `llm.providers:`. */
  readonly providers: Readonly<Record<string, object>>;
  /** Whose money it is, in a sentence. */
  readonly pays: string;
  /** What is still to be done, in sentences. */
  readonly todo: readonly string[];
}

/** The versions that this project was tried with. */
const PACKAGES = {
  copilot: "@github/copilot@1.0.102",
  claude: "@anthropic-ai/claude-code@2.1.332",
  codex: "@openai/codex@0.171.0",
  gemini: "@google/gemini-cli@0.61.0",
} as const;

/** By the provider's own key, which the proxy or the driver adds and no stage sees. */
const KEYED = {
  claude: { provider: "anthropic", backend: "cli", secret: "ANTHROPIC_API_KEY", company: "Anthropic" },
  codex: { provider: "openai", backend: "cli", secret: "OPENAI_API_KEY", company: "OpenAI" },
  gemini: { provider: "google", backend: "cli", secret: "GEMINI_API_KEY", company: "Google" },
  kimi: { provider: "kimi", backend: "api", secret: "KIMI_API_KEY", company: "Moonshot AI" },
  zai: { provider: "zai", backend: "api", secret: "ZAI_API_KEY", company: "Z.ai" },
} as const;

export function agentChoice(agent: AgentName): AgentChoice {
  if (agent === "copilot")
    return {
      // Its jobs hold a token that an agent is given: it must be one that can write nothing.
      jobs: { contents: "read", copilot_requests: true, secrets: [], steps: installed("copilot") },
      providers: { copilot: { backend: "cli", failover: [] } },
      pays: "GitHub bills what Copilot uses by the job's own token, and no secret is needed: in a repository of yours your own Copilot plan pays, in an organization's the organization",
      todo: [
        "an organization must allow Copilot CLI to be billed to it (Settings, Copilot, Policies); nobody but a first call can tell",
      ],
    };
  const { provider, backend, secret, company } = KEYED[agent];
  return {
    jobs: {
      contents: "write",
      copilot_requests: false,
      secrets: [secret],
      steps: backend === "cli" ? installed(agent as keyof typeof PACKAGES) : [],
    },
    providers: { [provider]: { backend, failover: [] } },
    pays: `${company} bills the account whose key is in the secret ${secret}`,
    todo: [`add the repository secret ${secret}: gh secret set ${secret}`],
  };
}

const installed = (agent: keyof typeof PACKAGES): Jobs["steps"] => [
  { name: `Install ${agent}`, run: `npm install --global ${PACKAGES[agent]}` },
];
