/** A whole run that is ended while a model streams: what the call had cost by then is in the totals. */
import { join } from "node:path";
import { expect, it } from "vitest";
import { provider, STREAMS } from "../agents/proxy/upstream.ts";
import { driver, finalOf, graph, logOf, named, repository, until } from "./world.ts";

it("R-OBS-1: SIGTERM in the middle of a model call: its tokens and cost are in the final's totals", async () => {
  const chunks = STREAMS.anthropic_messages.slice(0, 2);
  const upstream = await provider(() => ({ chunks, hang: true }));
  const config = {
    llm: {
      providers: {
        ours: {
          backend: "api",
          failover: [],
          api: {
            protocol: "anthropic_messages",
            base_url: `${upstream.url}/v1`,
            api_key_env: "OURS_API_KEY",
          },
          models: { "m-1": { input: 2, output: 10, cache_read: 0.5 } },
        },
      },
      force_models: { ours: "m-1" },
    },
  };
  const repo = repository({
    "g.dot": graph("it [prompt=x]; s -> it -> e"),
    "c.json": JSON.stringify(config),
  });
  process.env.OURS_API_KEY = "sk-test-not-a-real-key-000";
  const child = driver(repo, "run", "g.dot", "--config", "c.json", "--run-id", "r");
  await until("the call", () => upstream.asked.length > 0);
  // The answer's first pieces are on their way: no more of it comes.
  await new Promise((later) => setTimeout(later, 1000));
  child.kill("SIGTERM");
  await child.ended;
  const root = join(repo, ".attractor/runs/r");
  expect(upstream.asked).toHaveLength(1);
  const { status, totals } = finalOf(root);
  expect(status).toBe("canceled");
  // 90 in, 10 from the cache, and the one token out that had been told.
  expect(totals.tokens).toBe(101);
  expect(totals.cost_usd).toBeCloseTo((90 * 2 + 10 * 0.5 + 1 * 10) / 1e6, 12);
  expect(totals.cost_complete).toBe(true);
  expect(named(logOf(root), "stage_attempt_end").filter(({ node_id }) => node_id === "it")).toHaveLength(1);
});
