import { request } from "node:http";
import { describe, expect, it } from "vitest";
import { KEY, PATHS, PROTOCOLS, proxied, streams } from "./proxied.ts";
import { provider, STREAMS } from "./upstream.ts";

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
