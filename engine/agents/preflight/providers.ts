/** Of each provider that could be asked: address, key, executable. */
import { basename } from "node:path";
import { endpointOf } from "../../config/known-providers.ts";
import type { Config, Provider } from "../../config/schema.ts";
import { authOf, cliOf, githubTokenOf } from "../cli-of.ts";
import { type Capability, missingCapabilities } from "./capabilities.ts";
import type { Machine } from "./machine.ts";
import type { PreflightCheck } from "./report.ts";

export interface ProviderQuestion {
  readonly name: string;
  readonly needed: boolean;
  readonly allowTestShim: boolean;
}

export async function checkProvider(
  asked: ProviderQuestion,
  config: Config,
  machine: Machine,
): Promise<PreflightCheck[]> {
  const provider = config.llm.providers[asked.name]!;
  switch (provider.backend) {
    case "api":
      return checkApi(asked, provider.api, machine);
    case "cli":
      return checkCli(asked, provider, config, machine);
    case "acp":
      return checkAcp(asked, provider, machine);
    case "command":
      return [];
  }
}

function checkAcp(
  asked: ProviderQuestion,
  { auth, api }: Extract<Provider, { backend: "acp" }>,
  machine: Machine,
): PreflightCheck[] {
  const { name } = asked;
  if (auth === "login") return [ownAccount(name, "the agent")];
  const read = endpointOf(name, api);
  if (read.ok) return checkApi(asked, api, machine);
  const message = `${read.problem}; or write auth: login, where the agent has an account of its own`;
  return [{ name: "provider_api_presence", provider: name, status: "fail", message }];
}

const ownAccount = (name: string, who: string): PreflightCheck => ({
  name: "provider_cli_model_access",
  provider: name,
  status: "warn",
  message: `${name} is not proxied: ${who} uses the account that it is logged in with, and what that costs is not counted here`,
});

function checkApi(
  { name, needed }: ProviderQuestion,
  api: Extract<Provider, { backend: "api" }>["api"],
  machine: Machine,
): PreflightCheck[] {
  const read = endpointOf(name, api);
  if (!read.ok)
    return [{ name: "provider_api_presence", provider: name, status: "fail", message: read.problem }];
  return [
    {
      name: "provider_api_presence",
      provider: name,
      status: "pass",
      message: `${name} speaks ${read.endpoint.protocol} at ${read.endpoint.baseUrl}`,
    },
    keyCheck(name, read.endpoint.keyEnv, needed, machine),
  ];
}

function keyCheck(name: string, keyEnv: string, needed: boolean, { env }: Machine): PreflightCheck {
  const check = { name: "provider_api_credentials", provider: name } as const;
  if (env[keyEnv]) return { ...check, status: "pass", message: `${name} has its key in ${keyEnv}` };
  return needed
    ? {
        ...check,
        status: "fail",
        message: `${name} has no key: set ${keyEnv} (on GitHub: add it as a secret and pass it to the workflow)`,
      }
    : {
        ...check,
        status: "warn",
        message: `${name} has no key in ${keyEnv} and cannot take over: set it, or write failover: [] where nobody should take over`,
      };
}

async function checkCli(
  { name, needed, allowTestShim }: ProviderQuestion,
  provider: Extract<Provider, { backend: "cli" }>,
  config: Config,
  machine: Machine,
): Promise<PreflightCheck[]> {
  const cli = cliOf(name, provider);
  if (cli === null) {
    const message = `llm.providers.${name} has backend cli, and nothing says which one: set executable to claude, codex, gemini or copilot`;
    return [{ name: "provider_cli_presence", provider: name, status: "fail", message }];
  }
  const executable = provider.executable ?? cli;
  const checks: PreflightCheck[] = [];
  if (isStandIn(name, config)) {
    checks.push({
      name: "provider_executable_policy",
      provider: name,
      status: allowTestShim ? "warn" : "fail",
      message: allowTestShim
        ? `${executable} stands in for ${cli}: this run says that it is not real`
        : `${executable} may be a stand-in for ${cli}: give --allow-test-shim, or take executable and cli_profile: test_shim out`,
    });
  }
  const path = machine.find(executable);
  if (path === null) {
    const message = `${name} needs the command ${executable}, which is not on the PATH: install it, or set llm.providers.${name}.backend to api`;
    checks.push({ name: "provider_cli_presence", provider: name, status: needed ? "fail" : "warn", message });
    return checks;
  }
  checks.push({
    name: "provider_cli_presence",
    provider: name,
    status: "pass",
    message: `${cli} is ${path}`,
  });
  checks.push(capabilityCheck(name, cli, await missingCapabilities(cli, path, machine), needed));
  const auth = authOf(cli, provider);
  if (auth === "login") checks.push(ownAccount(name, cli));
  else if (auth === "github_token") checks.push(tokenCheck(name, needed, machine));
  else checks.push(...checkApi({ name, needed, allowTestShim }, provider.api, machine));
  return checks;
}

/** Whether a provider's executable may be something else than the CLI that it is called as (R-RUN-5). */
function isStandIn(name: string, { llm }: Config): boolean {
  const provider = llm.providers[name];
  if (provider?.backend !== "cli") return false;
  const cli = cliOf(name, provider);
  return llm.cli_profile === "test_shim" || basename(provider.executable ?? cli ?? "") !== cli;
}

export const standIns = (config: Config): string[] =>
  Object.keys(config.llm.providers).filter((name) => isStandIn(name, config));

function capabilityCheck(name: string, cli: string, found: Capability, needed: boolean): PreflightCheck {
  const check = { name: "provider_cli_capabilities", provider: name } as const;
  if (found.missing.length > 0) {
    const message = `${cli} ${found.version ?? ""} does not know ${found.missing.join(", ")}: install a current version of it`;
    return { ...check, status: needed ? "fail" : "warn", message: message.replace("  ", " ") };
  }
  return found.answered
    ? {
        ...check,
        status: "pass",
        message: `${cli} ${found.version ?? "(version unknown)"} has what is needed`,
      }
    : { ...check, status: "warn", message: `${cli} did not say what it can do within its time` };
}

function tokenCheck(name: string, needed: boolean, { env }: Machine): PreflightCheck {
  const check = { name: "provider_api_credentials", provider: name } as const;
  if (githubTokenOf(env) !== null)
    return { ...check, status: "pass", message: `${name} pays with GitHub's token` };
  const message = `${name} has no token: set COPILOT_GITHUB_TOKEN; on GitHub give the job permissions: copilot-requests: write and GITHUB_TOKEN`;
  return { ...check, status: needed ? "fail" : "warn", message };
}
