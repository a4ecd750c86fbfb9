/** A backend from its declaration. Each kind's code is loaded when a stage needs it. */
import { endpointOf } from "../config/known-providers.ts";
import type { Config, Provider } from "../config/schema.ts";
import type { ParentEnv } from "../stages/inherit-env.ts";
import type { AtBase } from "./base-ref.ts";
import { findModel } from "./catalog/find.ts";
import { type PricedTokens, priceOf } from "./catalog/price.ts";
import { modelsServedBy } from "./catalog/served.ts";
import type { CliDeps } from "./cli/deps.ts";
import { authOf, cliOf, githubTokenOf } from "./cli-of.ts";
import type { AgentBackend } from "./port.ts";

/** Raised when a configured backend cannot be had here at all: preflight tells it before. */
export class BackendUnavailable extends Error {
  override readonly name = "BackendUnavailable";
}

export interface Opening {
  readonly name: string;
  readonly provider: Provider;
  readonly config: Config;
  readonly parentEnv: ParentEnv;
  readonly base?: AtBase;
}

export async function openBackend(opening: Opening): Promise<AgentBackend> {
  const { name, provider, parentEnv } = opening;
  switch (provider.backend) {
    case "command": {
      const { commandBackend } = await import("./command.ts");
      const { command, pass_env } = provider;
      const { sandbox, egress = null } = opening.config;
      return commandBackend({ provider: name, command, passEnv: pass_env, sandbox, egress }, parentEnv);
    }
    case "cli":
      return await openCli(opening, provider);
    case "api":
      return await openApi(opening, provider);
    case "acp": {
      const { acpBackend } = await import("./acp/backend.ts");
      const { command, auth, pass_env } = provider;
      return acpBackend({ name, command, auth, passEnv: pass_env }, processDeps(opening, provider, auth));
    }
  }
}

async function openApi(
  opening: Opening,
  provider: Extract<Provider, { backend: "api" }>,
): Promise<AgentBackend> {
  const { name, config, parentEnv } = opening;
  const read = endpointOf(name, provider.api);
  if (!read.ok) throw new BackendUnavailable(read.problem);
  const { protocol, baseUrl, headers, keyEnv } = read.endpoint;
  const apiKey = parentEnv[keyEnv];
  if (!apiKey) throw new BackendUnavailable(`${name} has no key: set ${keyEnv}`);
  const { apiBackend } = await import("./api/backend.ts");
  const models = modelsServedBy(name, provider);
  return apiBackend(
    {
      name,
      protocol,
      baseUrl,
      path: provider.api?.path,
      apiKey,
      headers,
      maxRetries: config.runtime_policy.max_llm_retries,
    },
    {
      price: priceFor(opening),
      onUnknown: config.budget.on_unknown,
      sandbox: config.sandbox,
      egress: config.egress ?? null,
      ...(opening.base === undefined ? {} : { instructions: opening.base.instructions }),
      limits: (_provider, model) => {
        const found = findModel(name, model, models)?.model;
        return { maxOutputTokens: found?.max_output ?? null, contextTokens: found?.context ?? null };
      },
    },
  );
}

async function openCli(
  opening: Opening,
  provider: Extract<Provider, { backend: "cli" }>,
): Promise<AgentBackend> {
  const { name } = opening;
  const cli = cliOf(name, provider);
  if (cli === null)
    throw new BackendUnavailable(
      `llm.providers.${name} has backend cli, and nothing says which one: set executable to claude, codex, gemini or copilot`,
    );
  const { cliBackend } = await import("./cli/backend.ts");
  const auth = authOf(cli, provider);
  const { executable } = provider;
  return cliBackend(
    {
      name,
      cli,
      ...(executable === undefined ? {} : { executable }),
      auth,
      passEnv: provider.pass_env,
    },
    processDeps(opening, provider, auth),
  );
}

/** What an agent in a process of its own is given: its calls go through the driver's proxy, or on its own account. */
function processDeps(
  opening: Opening,
  { api, backend }: Extract<Provider, { backend: "cli" | "acp" }>,
  auth: "key" | "login" | "github_token",
): CliDeps {
  const { name, config, parentEnv } = opening;
  const ownFiles = config.llm.instructions === "head";
  const read = endpointOf(name, api);
  const key = read.ok ? parentEnv[read.endpoint.keyEnv] : undefined;
  if (auth === "key" && !key)
    throw new BackendUnavailable(
      read.ok
        ? `${name} has no key: set ${read.endpoint.keyEnv}, or auth: login for the CLI's own account`
        : read.problem,
    );
  return {
    parentEnv,
    upstream:
      read.ok && key
        ? {
            baseUrl: read.endpoint.baseUrl,
            key,
            headers: read.endpoint.headers,
            ...(api?.path === undefined ? {} : { path: api.path }),
          }
        : null,
    // A CLI speaks its own where nothing else is said.
    ...(read.ok && (backend === "acp" || api?.protocol !== undefined)
      ? { protocol: read.endpoint.protocol }
      : {}),
    githubToken: githubTokenOf(parentEnv),
    price: priceFor(opening),
    spendable: (request) => request.spendableUsd ?? null,
    onUnknown: config.budget.on_unknown,
    sandbox: config.sandbox,
    egress: config.egress ?? null,
    ...(opening.base === undefined || ownFiles ? {} : { base: opening.base }),
    instructionFiles: ownFiles,
  };
}

/** Of this provider's own list of models. */
const priceFor =
  ({ name, provider }: Opening) =>
  (_provider: string, model: string, tokens: PricedTokens): number | null =>
    priceOf(name, model, tokens, modelsServedBy(name, provider));
