import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { KEY, PROTOCOLS, proxied, streams } from "./proxied.ts";
import { type Answer, provider, STREAMS } from "./upstream.ts";

describe("R-AGENT-16: what the loopback proxy counts and holds back", () => {
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
});
