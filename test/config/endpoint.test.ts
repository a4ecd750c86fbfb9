import { describe, expect, it } from "vitest";
import { endpointOf } from "../../engine/config/known-providers.ts";
import { loadConfig } from "../../engine/config/load.ts";

function endpoint(provider: string, api: object = {}) {
  const read = endpointOf(provider, api);
  if (!read.ok) throw new Error(read.problem);
  return { ...read.endpoint, url: `${read.endpoint.baseUrl}${read.endpoint.path}` };
}

describe("where a provider's calls go", () => {
  it.each([
    ["anthropic", "https://api.anthropic.com/v1/messages", "ANTHROPIC_API_KEY"],
    ["openai", "https://api.openai.com/v1/responses", "OPENAI_API_KEY"],
    [
      "google",
      "https://generativelanguage.googleapis.com/v1beta/models/{model}:streamGenerateContent",
      "GEMINI_API_KEY",
    ],
    ["kimi", "https://api.kimi.com/coding/v1/messages", "KIMI_API_KEY"],
    ["zai", "https://api.z.ai/api/coding/paas/v4/chat/completions", "ZAI_API_KEY"],
  ])("%s needs nothing but its name", (name, url, keyEnv) => {
    expect(endpoint(name)).toMatchObject({ url, keyEnv, own: true });
  });

  it("the seeds' addresses, host and path apart, are the same ones", () => {
    const loaded = loadConfig(
      `llm: { providers: {
        kimi: { backend: api, api: { protocol: anthropic_messages, base_url: "https://api.kimi.com/coding", path: /v1/messages, api_key_env: K } },
        zai: { backend: api, api: { protocol: openai_chat_completions, base_url: "https://api.z.ai", path: /api/coding/paas/v4/chat/completions, api_key_env: Z } } } }`,
      "f",
    );
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    const { kimi, zai } = loaded.config.llm.providers;
    expect(endpoint("kimi", (kimi as { api: object }).api)).toMatchObject({
      url: endpoint("kimi").url,
      keyEnv: "K",
      own: true,
    });
    expect(endpoint("zai", (zai as { api: object }).api)).toMatchObject({
      url: endpoint("zai").url,
      keyEnv: "Z",
      own: true,
    });
  });

  it("an address of one's own keeps what is not said, and is known as one's own no more", () => {
    expect(endpoint("anthropic", { base_url: "http://127.0.0.1:9/v1/" })).toMatchObject({
      url: "http://127.0.0.1:9/v1/messages",
      keyEnv: "ANTHROPIC_API_KEY",
      own: false,
    });
    expect(endpoint("openai", { protocol: "openai_chat_completions" }).path).toBe("/chat/completions");
  });

  it("a provider that nobody knows must say all three", () => {
    expect(endpointOf("ours", { base_url: "https://a.example" })).toEqual({
      ok: false,
      problem:
        "llm.providers.ours.api lacks protocol, api_key_env: only anthropic, openai, google, kimi, zai have an address that is known",
    });
    expect(endpointOf("constructor").ok).toBe(false);
    const all = { protocol: "openai_responses", base_url: "https://a.example", api_key_env: "K" };
    expect(endpoint("ours", all).own).toBe(false);
  });
});
