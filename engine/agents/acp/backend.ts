/** Any agent that speaks the Agent Client Protocol, as the configuration names its command. */
import type { CliAdapter } from "../cli/adapter.ts";
import { backendOf } from "../cli/backend.ts";
import type { CliDeps, CliProvider } from "../cli/deps.ts";
import type { AgentBackend } from "../port.ts";
import { conversation } from "./conversation.ts";

export interface AcpProvider extends Pick<CliProvider, "name" | "passEnv"> {
  /** Run by bash in the worktree. */
  readonly command: string;
  readonly auth: "key" | "login";
}

export const acpBackend = (provider: AcpProvider, deps: CliDeps): AgentBackend =>
  backendOf(adapterFor(provider.command), provider, deps);

const adapterFor = (command: string): CliAdapter => ({
  name: "acp",
  executable: "bash",
  versionArgs: null,
  protocol: "openai_chat_completions",
  graceMs: 0,
  countsTurns: false,
  sandboxProbe: "nobody knows what an agent of this protocol brings",
  call: ({ access, stateRoot }) => ({
    args: ["--noprofile", "--norc", "-c", `exec ${command}`],
    env: {
      // Where these agents keep what they remember, when they follow the usual names.
      ...(access.kind === "login" ? {} : { XDG_DATA_HOME: stateRoot, XDG_STATE_HOME: stateRoot }),
      ...(access.kind === "proxy" ? endpointEnv(access.url, access.token) : {}),
    },
    files: {},
  }),
  reader: conversation,
  failureOf: () => null,
  sessionPath: (stored) => stored,
});

/** Under the names that most agents read; one that reads none of them has no key at all. */
const endpointEnv = (url: string, token: string): Record<string, string> => ({
  ANTHROPIC_BASE_URL: url,
  ANTHROPIC_API_KEY: token,
  OPENAI_BASE_URL: `${url}/v1`,
  OPENAI_API_KEY: token,
  GOOGLE_GEMINI_BASE_URL: url,
  GEMINI_API_KEY: token,
});
