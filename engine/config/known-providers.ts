/** What need not be said of providers that everybody knows, and what a declaration comes to with it. */
import type { Api } from "./providers.ts";

export type Protocol = NonNullable<Api["protocol"]>;

interface Known {
  readonly protocol: Protocol;
  readonly baseUrl: string;
  readonly keyEnv: string;
}

/** The order is that of failover where the configuration names none. */
export const KNOWN_PROVIDERS: Readonly<Record<string, Known>> = {
  anthropic: {
    protocol: "anthropic_messages",
    baseUrl: "https://api.anthropic.com/v1",
    keyEnv: "ANTHROPIC_API_KEY",
  },
  openai: {
    protocol: "openai_responses",
    baseUrl: "https://api.openai.com/v1",
    keyEnv: "OPENAI_API_KEY",
  },
  google: {
    protocol: "google_generate_content",
    baseUrl: "https://generativelanguage.googleapis.com/v1beta",
    keyEnv: "GEMINI_API_KEY",
  },
  kimi: {
    protocol: "anthropic_messages",
    baseUrl: "https://api.kimi.com/coding/v1",
    keyEnv: "KIMI_API_KEY",
  },
  zai: {
    protocol: "openai_chat_completions",
    baseUrl: "https://api.z.ai/api/coding/paas/v4",
    keyEnv: "ZAI_API_KEY",
  },
};

/** `{model}` stands for the model. */
const PROTOCOL_PATHS: Readonly<Record<Protocol, string>> = {
  anthropic_messages: "/messages",
  openai_chat_completions: "/chat/completions",
  openai_responses: "/responses",
  google_generate_content: "/models/{model}:streamGenerateContent",
};

export interface Endpoint {
  readonly protocol: Protocol;
  readonly baseUrl: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly keyEnv: string;
  /** False when the address is not the known provider's own: then its models and prices are not known either. */
  readonly own: boolean;
}

export type EndpointRead =
  | { readonly ok: true; readonly endpoint: Endpoint }
  | { readonly ok: false; readonly problem: string };

export function endpointOf(provider: string, api: Api = {}): EndpointRead {
  const known = knownProvider(provider);
  const protocol = api.protocol ?? known?.protocol;
  const baseUrl = (api.base_url ?? known?.baseUrl)?.replace(/\/+$/, "");
  const keyEnv = api.api_key_env ?? known?.keyEnv;
  if (protocol === undefined || baseUrl === undefined || keyEnv === undefined) {
    const missing = Object.entries({ protocol, base_url: baseUrl, api_key_env: keyEnv })
      .flatMap(([key, value]) => (value === undefined ? [key] : []))
      .join(", ");
    const all = Object.keys(KNOWN_PROVIDERS).join(", ");
    return {
      ok: false,
      problem: `llm.providers.${provider}.api lacks ${missing}: only ${all} have an address that is known`,
    };
  }
  const path = api.path ?? PROTOCOL_PATHS[protocol];
  const own = known !== null && new URL(baseUrl).host === new URL(known.baseUrl).host;
  return { ok: true, endpoint: { protocol, baseUrl, path, headers: api.headers ?? {}, keyEnv, own } };
}

const knownProvider = (name: string): Known | null =>
  Object.hasOwn(KNOWN_PROVIDERS, name) ? KNOWN_PROVIDERS[name]! : null;
