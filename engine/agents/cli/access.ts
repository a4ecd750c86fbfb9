/** How a CLI reaches its model: through the stage's own proxy, by the job's GitHub token, or by an account of its own. */
import type { AgentRequest } from "../port.ts";
import { openProxy, type StageProxy } from "../proxy/server.ts";
import type { Access, CliAdapter } from "./adapter.ts";
import type { CliDeps, CliProvider } from "./deps.ts";
import type { Hands } from "./play.ts";

export interface OpenedAccess {
  readonly access: Access;
  readonly proxy: StageProxy | null;
}

/** A text where the configuration lacks something. */
export async function openAccess(
  agent: AgentRequest,
  adapter: CliAdapter,
  provider: CliProvider,
  deps: CliDeps,
  hands: () => Hands | null,
): Promise<OpenedAccess | string> {
  if (provider.auth === "login") return { access: { kind: "login" }, proxy: null };
  if (provider.auth === "github_token") {
    return deps.githubToken === null
      ? `${provider.name} pays with the job's GitHub token and there is none: set COPILOT_GITHUB_TOKEN, and on GitHub permissions: copilot-requests: write`
      : { access: { kind: "github_token", token: deps.githubToken }, proxy: null };
  }
  if (deps.upstream === null) {
    return `${provider.name} has no key: set the variable that api_key_env names, or auth: login for the CLI's own account`;
  }
  const protocol = deps.protocol ?? adapter.protocol;
  const proxy = await openProxy({
    protocol,
    upstream: deps.upstream,
    provider: provider.name,
    price: deps.price,
    spendable: deps.spendable(agent.request),
    spendableTokens: agent.request.spendableTokens ?? null,
    onUnknown: deps.onUnknown,
    maxCalls: adapter.countsTurns ? 0 : agent.settings.maxTurns,
    onProgress: () => hands()?.progress(),
    onRefused: ({ code, message }) => hands()?.stop({ problem: message, code }),
  });
  return { access: { kind: "proxy", url: proxy.url, token: proxy.token, protocol }, proxy };
}
