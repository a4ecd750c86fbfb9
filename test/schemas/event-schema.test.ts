/** The published schema of a log's lines is the one the program parses with, and every line of real runs validates. */
import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { eventJsonSchema } from "../../engine/core/events.ts";
import { graph, ran, tool } from "../local/world.ts";

const published = JSON.parse(
  readFileSync(new URL("../../schemas/event.schema.json", import.meta.url), "utf8"),
);

function validator() {
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  return ajv.compile(published);
}

const rich = graph(
  `par [shape=component, join_policy=k_of_n, k=1]; j [shape=tripleoctagon]; r [shape=hexagon, human.default_choice="Go"]
   ${tool("a", "sleep 0.1")}; ${tool("b", "exit 1", "max_retries=1")}; ${tool("t", "sleep 9", 'timeout=80ms, max_retries=1, retry_policy="linear"')}; ask [prompt="Hello"]; gate [goal_gate=true, prompt="x"]
   s -> ask -> par; par -> a -> j; par -> b -> j; j -> t [condition="outcome=success"]; j -> e [condition="outcome=fail"]
   t -> gate [condition="outcome=success"]; t -> gate [condition="outcome=fail"]; gate -> r; r -> e [label="Go"]`,
  ", default_retry_policy=linear",
);

describe("the published event schema", () => {
  it("R-LIVE-5: is what the program parses with (run node scripts/event-schema.ts after a change)", () => {
    expect(published).toEqual(JSON.parse(JSON.stringify(eventJsonSchema())));
  });

  it("R-LIVE-5: every line of a run with retries, branches, gates and timeouts validates", async () => {
    const valid = validator();
    const { log } = await ran(rich, {
      simulate: JSON.stringify({ gate: [{ status: "success" }] }),
      config: { version: 1, runtime_policy: { heartbeat_interval_ms: 20 } },
    });
    for (const event of log) expect(valid(event) || valid.errors, JSON.stringify(event)).toBe(true);
    expect(new Set(log.map(({ event }) => event)).size).toBeGreaterThan(12);
    expect(valid({ ...log[0], seq: 0 })).toBe(false);
    expect(valid({ ...log[0], event: "made_up" })).toBe(false);
  });
});
