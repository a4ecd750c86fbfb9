/** Which CLI serves a provider of `backend: cli`, and what it is called with. */
import { basename } from "node:path";
import type { Provider } from "../config/schema.ts";
import type { ParentEnv } from "../stages/inherit-env.ts";
import { catalogProvider } from "./catalog/find.ts";
import type { CliName } from "./cli/adapter.ts";

const CLI_OF: Readonly<Record<string, CliName>> = {
  anthropic: "claude",
  openai: "codex",
  google: "gemini",
  copilot: "copilot",
};

type CliConfig = Extract<Provider, { backend: "cli" }>;

/** By the provider's name, else by the executable's; null: neither says it. */
export function cliOf(name: string, { executable }: Pick<CliConfig, "executable">): CliName | null {
  const known = CLI_OF[catalogProvider(name)];
  if (known !== undefined) return known;
  const file = basename(executable ?? "");
  return Object.values(CLI_OF).find((cli) => cli === file) ?? null;
}

/** Copilot pays with GitHub's token, unless it is given an address and so a key of its own. */
export const authOf = (cli: CliName, { auth, api }: CliConfig): "key" | "login" | "github_token" =>
  auth === "key" && cli === "copilot" && api === undefined ? "github_token" : auth;

/** The job's own token is one only on GitHub: a laptop's may do far more than ask a model. */
export const githubTokenOf = (env: ParentEnv): string | null =>
  // A secret that is not there is an empty variable in a job.
  env.COPILOT_GITHUB_TOKEN || (env.GITHUB_ACTIONS === "true" && env.GITHUB_TOKEN ? env.GITHUB_TOKEN : null);
