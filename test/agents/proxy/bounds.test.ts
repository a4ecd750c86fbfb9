import { describe, expect, it } from "vitest";
import { worstOf } from "../../../engine/agents/proxy/worst.ts";
import { KEY, proxied, streams } from "./proxied.ts";
import { provider, STREAMS } from "./upstream.ts";

describe("R-AGENT-16: what a stage's proxy sends and holds back", () => {
  it("a token in the address stays here; the headers of the configuration go out", async () => {
    const upstream = await streams("google_generate_content");
    const { ask, proxy } = await proxied("google_generate_content", upstream, {
      upstream: { baseUrl: upstream.url, key: KEY, headers: { "x-team": "blue" } },
    });
    const path = `/v1beta/models/m-1:streamGenerateContent?alt=sse&key=${proxy.token}`;
    expect((await ask({}, { headers: {} }, path)).status).toBe(200);
    expect(upstream.asked[0]!.url).toBe("/models/m-1:streamGenerateContent?alt=sse");
    expect(upstream.asked[0]!.headers).toMatchObject({ "x-team": "blue", "x-goog-api-key": KEY });
  });

  it("calls side by side may not spend the same tokens twice, and an unknown use counts as the most", async () => {
    const upstream = await provider(() => ({ chunks: STREAMS.anthropic_messages, everyMs: 50 }));
    const body = { model: "m-1", max_tokens: 60 };
    const { ask } = await proxied("anthropic_messages", upstream, { spendableTokens: 140 });
    const [one, other] = await Promise.all([ask(body), ask(body)]);
    expect([one!.status, other!.status].sort()).toEqual([200, 402]);

    const silent = await provider(() => ({ chunks: ["data: {}\n\n"] }));
    const untold = await proxied("anthropic_messages", silent, { spendableTokens: 140 });
    await (await untold.ask(body)).text();
    await expect.poll(() => untold.proxy.usage().length).toBe(1);
    expect((await untold.ask(body)).status).toBe(402);
  });

  it("the worst price is the dearer one where a cache is written", () => {
    const price = (_provider: string, _model: string, used: { cache_write_tokens?: number | undefined }) =>
      used.cache_write_tokens === undefined ? 1 : 2;
    expect(worstOf(Buffer.from('{"model":"m"}'), null, "p", price).usd).toBe(2);
  });
});
