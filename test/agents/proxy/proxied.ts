import { onTestFinished } from "vitest";
import { openProxy, type ProxyOptions } from "../../../engine/agents/proxy/server.ts";
import type { Protocol } from "../../../engine/config/known-providers.ts";
import { type Provider, provider, STREAMS } from "./upstream.ts";

export const KEY = "sk-real-key-0123456789abcdef";

export const PROTOCOLS = Object.keys(STREAMS) as Protocol[];

export const PATHS: Readonly<Record<Protocol, string>> = {
  anthropic_messages: "/v1/messages?beta=true",
  openai_responses: "/v1/responses",
  openai_chat_completions: "/v1/chat/completions",
  google_generate_content: "/v1beta/models/m-1:streamGenerateContent?alt=sse",
};

/** A dollar a token: easy to count. */
const dollars: ProxyOptions["price"] = (
  _provider,
  model,
  { input_tokens = 0, output_tokens = 0, cache_read_tokens = 0 },
) => (model === "unpriced" ? null : input_tokens + output_tokens + cache_read_tokens);

export async function proxied(protocol: Protocol, upstream: Provider, changes: Partial<ProxyOptions> = {}) {
  const refused: string[] = [];
  let progress = 0;
  const proxy = await openProxy({
    protocol,
    upstream: { baseUrl: `${upstream.url}/base`, key: KEY },
    provider: "prov",
    price: dollars,
    spendable: null,
    onUnknown: "block",
    maxCalls: 0,
    onProgress: () => progress++,
    onRefused: ({ message }) => refused.push(message),
    ...changes,
  });
  onTestFinished(() => proxy.close());
  const ask = (
    body: object = { model: "m-1", max_tokens: 5 },
    init: RequestInit = {},
    path = PATHS[protocol],
  ) =>
    fetch(proxy.url + path, {
      method: "POST",
      headers: { authorization: `Bearer ${proxy.token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
      ...init,
    });
  return { proxy, ask, refused, progress: () => progress };
}

export const streams = (protocol: Protocol) => provider(() => ({ chunks: STREAMS[protocol] }));
