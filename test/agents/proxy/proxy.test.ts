import { request } from "node:http";
import { gzipSync } from "node:zlib";
import { describe, expect, it, onTestFinished } from "vitest";
import { openProxy, type ProxyOptions } from "../../../engine/agents/proxy/server.ts";
import type { Protocol } from "../../../engine/config/known-providers.ts";
import { type Answer, type Provider, provider, STREAMS } from "./upstream.ts";

const KEY = "sk-real-key-0123456789abcdef";
const PROTOCOLS = Object.keys(STREAMS) as Protocol[];

const PATHS: Readonly<Record<Protocol, string>> = {
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

async function proxied(protocol: Protocol, upstream: Provider, changes: Partial<ProxyOptions> = {}) {
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

const streams = (protocol: Protocol) => provider(() => ({ chunks: STREAMS[protocol] }));

describe("R-AGENT-16: the loopback proxy of a stage", () => {
  it.each(PROTOCOLS)(
    "%s: passes the answer byte for byte and reads tokens and cost from it",
    async (protocol) => {
      const whole = STREAMS[protocol].join("");
      // Cut inside characters and lines.
      const bytes = Buffer.from(whole);
      const chunks = Array.from({ length: Math.ceil(bytes.length / 7) }, (_, n) =>
        bytes.subarray(n * 7, n * 7 + 7),
      );
      const upstream = await provider(() => ({ chunks }));
      const { proxy, ask, progress } = await proxied(protocol, upstream);
      expect(await (await ask()).text()).toBe(whole);
      expect(proxy.usage()).toEqual([
        expect.objectContaining({
          provider: "prov",
          model: "m-1",
          input_tokens: 90,
          output_tokens: 20,
          cache_read_tokens: 10,
          cost_usd: 120,
        }),
      ]);
      expect(progress()).toBeGreaterThan(0);
    },
  );

  it.each(PROTOCOLS)("%s: the provider gets its key, and the stage's token nowhere", async (protocol) => {
    const upstream = await streams(protocol);
    const { proxy, ask } = await proxied(protocol, upstream);
    await (await ask()).text();
    const [asked] = upstream.asked;
    expect(JSON.stringify(asked)).toContain(KEY);
    expect(JSON.stringify(asked)).not.toContain(proxy.token);
    expect(asked!.headers["accept-encoding"]).toBe("identity");
    expect(asked!.url).toBe(`/base${PATHS[protocol].replace(/^\/v1(?:beta)?/, "")}`);
    expect(proxy.token).not.toContain(KEY);
  });

  it("answers that are no stream are read too", async () => {
    const body = { model: "m-1", usage: { input_tokens: 3, output_tokens: 4 } };
    const headers = { "content-type": "application/json" };
    const upstream = await provider(() => ({ headers, chunks: [JSON.stringify(body)] }));
    const { proxy, ask } = await proxied("anthropic_messages", upstream);
    expect(await (await ask()).json()).toEqual(body);
    expect(proxy.usage()).toMatchObject([{ input_tokens: 3, output_tokens: 4, cost_usd: 7 }]);
  });

  it("each piece arrives when it is sent, not when the answer is whole", async () => {
    const upstream = await provider(() => ({ chunks: STREAMS.anthropic_messages.slice(0, 2), hang: true }));
    const { ask } = await proxied("anthropic_messages", upstream);
    const reader = (await ask()).body!.getReader();
    let text = "";
    while (!text.includes("héllo")) text += new TextDecoder().decode((await reader.read()).value);
    await reader.cancel();
  });

  it("a call that is cut off has cost what it had told by then; one that told nothing cost nobody knows what", async () => {
    let chunks: readonly string[] = STREAMS.anthropic_messages.slice(0, 2);
    const upstream = await provider(() => ({ chunks, hang: true }));
    const { proxy, ask } = await proxied("anthropic_messages", upstream);
    const cut = async () => {
      const over = new AbortController();
      const answer = await ask(undefined, { signal: over.signal });
      await answer.body!.getReader().read();
      over.abort();
    };
    await cut();
    await expect.poll(() => proxy.usage().length).toBe(1);
    expect(proxy.usage()[0]).toMatchObject({ input_tokens: 90, output_tokens: 1, cost_usd: 101 });
    chunks = ['data: {"type":"ping"}\n\n'];
    await cut();
    await expect.poll(() => proxy.usage().length).toBe(2);
    expect(proxy.usage()[1]).toEqual({ provider: "prov", model: "m-1", cost_usd: null });
  });

  it("closing it ends what is under way and counts it", async () => {
    const upstream = await provider(() => ({ chunks: STREAMS.anthropic_messages.slice(0, 1), hang: true }));
    const { proxy, ask } = await proxied("anthropic_messages", upstream);
    const answer = await ask();
    await answer.body!.getReader().read();
    await proxy.close();
    expect(proxy.usage()).toMatchObject([{ input_tokens: 90, cost_usd: 101 }]);
    await expect(ask()).rejects.toThrow();
  });

  it("knows its own stage only", async () => {
    const upstream = await streams("anthropic_messages");
    const { proxy, ask } = await proxied("anthropic_messages", upstream);
    const other = await proxied("anthropic_messages", upstream);
    expect(proxy.url).not.toBe(other.proxy.url);
    for (const headers of [
      {},
      { authorization: `Bearer ${other.proxy.token}` },
      { "x-api-key": KEY },
      { "x-api-key": "é".repeat(58) },
    ]) {
      const answer = await ask(undefined, { headers }).catch(() => null);
      expect(answer?.status ?? 401).toBe(401);
    }
    expect(upstream.asked).toEqual([]);
    for (const header of ["x-api-key", "x-goog-api-key", "api-key"]) {
      const { status } = await ask(undefined, { headers: { [header]: proxy.token } });
      expect(status).toBe(200);
    }
  });

  it("passes on calls of the model and questions about it, nothing else of the account", async () => {
    const upstream = await streams("openai_responses");
    const { ask } = await proxied("openai_responses", upstream);
    for (const path of [
      "/v1/files",
      "/v1/organization/admin_api_keys",
      "/v1/responses/../files",
      "/v1/responses/resp_1",
      "//elsewhere.example/v1/responses",
      "http://elsewhere.example/v1/responses",
    ]) {
      const answer = await ask(undefined, {}, path).catch(() => null);
      expect(answer?.status ?? 403, path).toBe(403);
    }
    expect(upstream.asked).toEqual([]);
  });

  it("follows no redirect: the key goes to the declared provider alone", async () => {
    const elsewhere = await streams("anthropic_messages");
    const headers = { location: `${elsewhere.url}/v1/messages` };
    const upstream = await provider(() => ({ status: 307, headers, chunks: [] }));
    const { ask } = await proxied("anthropic_messages", upstream);
    expect((await ask(undefined, { redirect: "manual" })).status).toBe(307);
    expect(elsewhere.asked).toEqual([]);
  });

  it("refuses a call whose worst price the stage cannot pay, before it is made", async () => {
    const upstream = await streams("anthropic_messages");
    const { ask, refused, proxy } = await proxied("anthropic_messages", upstream, { spendable: 130 });
    const dear = await ask({ model: "m-1", max_tokens: 1000 });
    expect(dear.status).toBe(402);
    expect(((await dear.json()) as { error: object }).error).toMatchObject({
      type: "billing_error",
      message: expect.stringMatching(
        /^this call could cost 10\d\d\.\d{4} USD and the stage may spend 130\.0000 USD more$/,
      ),
    });
    expect(upstream.asked).toEqual([]);
    expect(proxy.refusal()).toMatchObject({ code: "budget_exceeded" });
    expect(refused).toHaveLength(1);
    // The first fits; what it really cost (120) leaves too little for the second.
    expect((await ask({ model: "m-1", max_tokens: 10 })).status).toBe(200);
    await expect.poll(() => proxy.usage().length).toBe(1);
    expect((await ask({ model: "m-1", max_tokens: 10 })).status).toBe(402);
  });

  it("calls side by side may not spend the same money twice", async () => {
    const upstream = await provider(() => ({ chunks: STREAMS.anthropic_messages, everyMs: 50 }));
    const { ask } = await proxied("anthropic_messages", upstream, { spendable: 140 });
    const body = { model: "m-1", max_tokens: 60 };
    const [one, other] = await Promise.all([ask(body), ask(body)]);
    expect([one!.status, other!.status].sort()).toEqual([200, 402]);
  });

  it("a call that nobody can price is refused where money is bounded, and passes where that is allowed", async () => {
    const upstream = await streams("anthropic_messages");
    const bounded = await proxied("anthropic_messages", upstream, { spendable: 1e9 });
    expect((await bounded.ask({ model: "unpriced" })).status).toBe(402);
    const allowed = await proxied("anthropic_messages", upstream, { spendable: 1e9, onUnknown: "allow" });
    expect((await allowed.ask({ model: "unpriced" })).status).toBe(200);
    const free = await proxied("anthropic_messages", upstream);
    expect((await free.ask({ model: "unpriced" })).status).toBe(200);
  });

  it("counts model answers where a CLI does not: an error is none", async () => {
    let status = 500;
    const upstream = await provider((): Answer => ({ status, chunks: STREAMS.openai_responses }));
    const { ask, refused } = await proxied("openai_responses", upstream, { maxCalls: 2 });
    for (let n = 0; n < 4; n++) await (await ask()).text();
    status = 200;
    for (let n = 0; n < 2; n++) expect((await ask()).status).toBe(200);
    expect((await ask()).status).toBe(402);
    expect(refused).toEqual(["turn limit reached (max_turns=2)"]);
  });

  it("errors are free, pass as they are, and are remembered typed", async () => {
    const headers = { "content-type": "application/json", "retry-after": "30" };
    const body = JSON.stringify({
      error: { message: "You exceeded your quota", code: "insufficient_quota" },
    });
    const upstream = await provider(() => ({ status: 429, headers, chunks: [body] }));
    const { proxy, ask } = await proxied("openai_chat_completions", upstream);
    const answer = await ask();
    expect([answer.status, await answer.text(), answer.headers.get("retry-after")]).toEqual([
      429,
      body,
      "30",
    ]);
    await expect.poll(() => proxy.lastError()).toMatchObject({ status: 429, code: "quota" });
    expect(Date.parse(proxy.lastError()!.until!)).toBeGreaterThan(Date.now());
    expect(proxy.usage()).toEqual([]);
  });

  it("a provider that cannot be reached is an error that says which", async () => {
    const upstream = { url: "http://127.0.0.1:9", asked: [] };
    const { proxy, ask } = await proxied("anthropic_messages", upstream);
    const answer = await ask();
    expect(answer.status).toBe(502);
    expect(await answer.text()).toContain("127.0.0.1:9 could not be reached");
    expect(proxy.lastError()).toMatchObject({ code: "network" });
    expect(proxy.usage()).toEqual([]);
  });

  it("an answer in compression that nobody asked for passes, its cost unknown", async () => {
    const headers = { "content-encoding": "gzip" };
    const chunks = [gzipSync(STREAMS.anthropic_messages.join(""))];
    const upstream = await provider(() => ({ headers, chunks }));
    const { proxy, ask } = await proxied("anthropic_messages", upstream);
    expect(await (await ask()).text()).toContain("héllo");
    await expect.poll(() => proxy.usage()).toEqual([{ provider: "prov", model: "m-1", cost_usd: null }]);
  });

  it("a call of unknown cost counts towards the bound as the most that it can have cost", async () => {
    const upstream = await provider(() => ({
      chunks: ["{}"],
      headers: { "content-type": "application/json" },
    }));
    const { proxy, ask } = await proxied("anthropic_messages", upstream, { spendable: 40 });
    const statuses: number[] = [];
    for (let nth = 0; nth < 3; nth++) statuses.push((await ask()).status);
    expect(statuses.at(-1)).toBe(402);
    expect(proxy.usage()[0]).toEqual({ provider: "prov", model: "m-1", cost_usd: null });
  });

  it.each(PROTOCOLS)(
    "R-SEC-4: %s: a refusal that repeats the key is masked before the stage sees it, and before it is cut",
    async (protocol) => {
      const message = `${"x".repeat(1970)} Incorrect API key provided: ${KEY}.`;
      const body = JSON.stringify({ error: { message, type: "authentication_error" } });
      const headers = { "content-type": "application/json", "x-echo": KEY };
      const upstream = await provider(() => ({ status: 401, headers, chunks: [body] }));
      const { proxy, ask } = await proxied(protocol, upstream);
      const answer = await ask();
      const text = await answer.text();
      expect([answer.status, answer.headers.get("x-echo")]).toEqual([401, "***"]);
      expect(JSON.parse(text).error.message).toContain("Incorrect API key provided: ***");
      expect(text + JSON.stringify(proxy.lastError())).not.toContain(KEY.slice(0, 10));
    },
  );

  it("a refusal in compression is told without its words", async () => {
    const headers = { "content-encoding": "gzip" };
    const chunks = [gzipSync(`{"error":{"message":"${KEY}"}}`)];
    const upstream = await provider(() => ({ status: 500, headers, chunks }));
    const { ask } = await proxied("anthropic_messages", upstream);
    const answer = await ask();
    expect([answer.status, answer.headers.get("content-encoding")]).toEqual([500, null]);
    expect(await answer.text()).toContain("HTTP 500; its words came compressed");
  });

  it("what a stage has under way is bounded, in number and in bytes, and there is room again afterwards", async () => {
    const upstream = await provider(() => ({ chunks: STREAMS.anthropic_messages, everyMs: 100 }));
    const { proxy, ask } = await proxied("anthropic_messages", upstream, {
      bounds: { atOnce: 4, heldBytes: 5_000, bodyBytes: 4_000 },
    });
    const large = (bytes: number) => ({ model: "m-1", max_tokens: 5, messages: "x".repeat(bytes) });
    const many = await Promise.all(Array.from({ length: 12 }, () => ask()));
    expect(many.filter(({ status }) => status === 200)).toHaveLength(4);
    const busy = many.find(({ status }) => status === 429)!;
    expect([busy.headers.get("retry-after"), await busy.text()]).toEqual([
      "1",
      expect.stringContaining("rate_limit_error"),
    ]);
    await Promise.all(many.map((one) => one.text().catch(() => "")));
    expect((await ask(large(4_100))).status).toBe(413);
    const both = await Promise.all([ask(large(3_000)), ask(large(3_000))]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 429]);
    await Promise.all(both.map((one) => one.text()));
    expect((await ask(large(3_000))).status).toBe(200);
    expect(proxy.lastError()).toBeNull();
  });

  it("several answers, and the larger of two limits, are in the worst price", async () => {
    const upstream = await streams("openai_chat_completions");
    const { ask } = await proxied("openai_chat_completions", upstream, { spendable: 100 });
    expect((await ask({ model: "m-1", max_tokens: 5, n: 50 })).status).toBe(402);
    expect((await ask({ model: "m-1", max_tokens: 5, max_completion_tokens: 500 })).status).toBe(402);
    expect((await ask({ model: "m-1", max_tokens: 5, n: 2 })).status).toBe(200);
  });

  it("a key that cannot stand in a header is told, without the key, and holds no money back", async () => {
    const upstream = await streams("anthropic_messages");
    const { proxy, ask } = await proxied("anthropic_messages", upstream, {
      upstream: { baseUrl: `${upstream.url}/base`, key: `${KEY}\n` },
      spendable: 60,
    });
    for (let nth = 0; nth < 3; nth++) {
      const answer = await ask();
      expect(answer.status).toBe(400);
      const said = await answer.text();
      expect(said).toContain("see its key");
      expect(said).not.toContain(KEY);
    }
    expect(proxy.lastError()).toMatchObject({ code: "configuration" });
  });

  it("leads nowhere above the provider's own address", async () => {
    const upstream = await streams("anthropic_messages");
    const { proxy } = await proxied("anthropic_messages", upstream);
    const { port } = new URL(proxy.url);
    const answer = await new Promise<number | undefined>((resolve, reject) =>
      request(
        { port, host: "127.0.0.1", path: "/v1/models/..", headers: { "x-api-key": proxy.token } },
        (got) => resolve(got.resume().statusCode),
      )
        .once("error", reject)
        .end(),
    );
    expect(answer).toBe(403);
    expect(upstream.asked).toEqual([]);
  });
});
