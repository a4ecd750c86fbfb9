/** Answers that are bound by a schema: checked by us whoever gave them, asked for once more, with one warning. */
import { describe, expect, it, onTestFinished } from "vitest";
import type { ApiProtocol } from "../../engine/agents/api/provider.ts";
import { checkFor } from "../../engine/agents/check-answer.ts";
import { backendFor } from "../../engine/agents/choose.ts";
import { preflight } from "../../engine/agents/preflight/preflight.ts";
import { runAgent } from "../../engine/agents/stage/run.ts";
import { loadConfig } from "../../engine/config/load.ts";
import { prepare } from "../../engine/graph/prepare.ts";
import type { StageRequest } from "../../engine/stages/port.ts";
import { agent, scene } from "../stages/scene.ts";
import { BASE } from "./api/asked.ts";
import { PROTOCOLS, spoken, type Turn } from "./api/wire/script.ts";
import { byteServer, type Received, type Reply, status } from "./api/wire/server.ts";

const SCHEMA = {
  type: "object",
  properties: { risk: { enum: ["low", "high"] }, files: { type: "array", items: { type: "string" } } },
  required: ["risk"],
  additionalProperties: false,
};
const quoted = (value: unknown): string => JSON.stringify(JSON.stringify(value));
const GOOD = '{"risk":"low","files":["a.ts"]}';
const reports = {
  calls: [["shell", { command: `echo '{"status":"success"}' > "$ATTRACTOR_STATUS_PATH"` }]],
} as const;

interface Wanted {
  readonly protocol?: ApiProtocol;
  readonly schema?: unknown;
  readonly attrs?: string;
  readonly request?: Partial<StageRequest>;
  readonly rates?: object;
}

async function answered(script: readonly (Turn | Reply)[], wanted: Wanted = {}) {
  const { protocol = "anthropic_messages", schema = SCHEMA, attrs = "", request: more, rates } = wanted;
  const server = await byteServer((_: Received, nth) => {
    const next = script[Math.min(nth, script.length - 1)]!;
    return "kind" in next ? next : spoken(protocol, next, nth);
  });
  onTestFinished(() => server.close());
  const api = { protocol, base_url: server.url + BASE[protocol], api_key_env: "KEY" };
  const models = { "m-1": { input: 1, output: 1, context: 100_000, ...rates } };
  const loaded = loadConfig(
    JSON.stringify({
      ...{ sandbox: "off", runtime_policy: { max_llm_retries: 0 } },
      llm: { providers: { ours: { backend: "api", failover: [], api, models } } },
    }),
    "config",
  );
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const at = scene(agent(`llm_provider=ours, llm_model="m-1", response_schema=${quoted(schema)} ${attrs}`));
  const parentEnv = { ...process.env, KEY: "key-of-test-000" };
  const result = await runAgent(
    { ...at.request, ...more },
    {
      ...{ parentEnv, passEnv: [] },
      choose: (request) => backendFor(request, { config: loaded.config, simulation: null, parentEnv }),
    },
  );
  const warned = at.notes.filter((note) => note.event === "warning" && note.code === "schema_fallback");
  return { ...result, received: server.received, warned };
}

const said = ({ body }: Received): string => JSON.stringify(body);

describe("R-AGENT-7: an answer that a schema binds", () => {
  it.each(PROTOCOLS)("%s: what fits is handed on, and the schema was told", async (protocol) => {
    const { outcome, received, warned } = await answered([reports, { text: GOOD }], { protocol });
    expect(outcome).toMatchObject({
      status: "success",
      context_updates: { "agent.output": { risk: "low", files: ["a.ts"] } },
    });
    expect(said(received[0]!)).toContain("your last message must be one JSON value");
    expect([received.length, warned.length]).toEqual([2, 0]);
    expect(received[0]!.body.text?.format).toEqual(
      protocol === "openai_responses"
        ? {
            type: "json_schema",
            name: "answer",
            strict: expect.any(Boolean),
            schema: expect.objectContaining({ type: "object" }),
          }
        : undefined,
    );
  });

  it.each(PROTOCOLS)(
    "%s: what does not fit is asked for once more in the same conversation, with one warning",
    async (protocol) => {
      const { outcome, received, warned } = await answered(
        [reports, { text: '{"risk":"medium"}' }, { text: `\`\`\`json\n${GOOD}\n\`\`\`` }],
        { protocol },
      );
      expect(outcome).toMatchObject({
        status: "success",
        context_updates: { "agent.output": { risk: "low" } },
      });
      expect(received).toHaveLength(3);
      const again = said(received[2]!);
      expect(again).toContain("/risk must be equal to one of the allowed values");
      expect(again).toContain("medium");
      expect(warned).toHaveLength(1);
    },
  );

  it("what never fits fails as a broken contract after two answers, and both are paid for", async () => {
    const { outcome, evidence, usage, received, warned } = await answered([reports, { text: "all is well" }]);
    expect(outcome.status).toBe("fail");
    expect(outcome.failure_reason).toContain(
      "the answer does not fit the node's response_schema: it is not JSON",
    );
    expect(evidence).toMatchObject({ error_code: "provider_contract" });
    expect(outcome.context_updates?.["agent.output"]).toBeUndefined();
    expect([received.length, usage?.length, warned.length]).toEqual([3, 3, 1]);
  });

  it("a provider that refuses the schema is asked once without it, and what it then says is checked all the same", async () => {
    const refusal = status(400, {
      error: { message: "Invalid schema for response_format 'answer'", type: "invalid_request_error" },
    });
    const { outcome, received, warned } = await answered([refusal, reports, { text: GOOD }], {
      protocol: "openai_responses",
    });
    expect(outcome).toMatchObject({
      status: "success",
      context_updates: { "agent.output": { risk: "low" } },
    });
    expect(received.map(({ body }) => body.text?.format !== undefined)).toEqual([true, false, false]);
    expect(warned).toHaveLength(1);
    const wrong = await answered([refusal, reports, { text: "no" }], { protocol: "openai_responses" });
    expect([wrong.outcome.status, wrong.received.length, wrong.warned.length]).toEqual(["fail", 3, 1]);
  });

  it("R-OBS-3: the second try has what the first left of the stage's money, and no more", async () => {
    const { received, evidence, outcome } = await answered([{ text: "no" }], {
      request: { spendableUsd: 0.15 },
      rates: { output: 1000, max_output: 100 },
    });
    // A call could cost a little over ten cents, and this one cost nearly eight.
    expect([received.length, evidence.error_code]).toEqual([1, "budget_exceeded"]);
    expect(outcome.failure_reason).toContain("the stage may spend");
  });

  it("other failures are not asked about again", async () => {
    const { received, warned, evidence } = await answered([status(401, { error: { message: "no" } })]);
    expect([received.length, warned.length, evidence.error_code]).toEqual([1, 0, "authentication"]);
  });

  it("patterns are each their own, and hold up nobody, whatever the agent says", async () => {
    const schema = {
      type: "object",
      properties: { a: { pattern: "^(a+)+$" }, b: { pattern: "^b$" } },
    };
    const check = checkFor(schema);
    if (typeof check === "string") throw new Error(check);
    expect(check('{"a":"aa","b":"b"}')).toEqual({ value: { a: "aa", b: "b" } });
    expect(check('{"a":"aa","b":"a"}')).toEqual({ problem: '/b must match pattern "^b$"' });
    expect(check(JSON.stringify({ a: `${"a".repeat(50_000)}b` }))).toEqual({
      problem: '/a must match pattern "^(a+)+$"',
    });
  });

  it("may stand in a file of its own, which must be there and hold one", () => {
    const read = (text: string | null) =>
      prepare(
        `digraph g { s [shape=Mdiamond]; e [shape=Msquare]; a [prompt=x, response_schema="s.json"]; s -> a -> e }`,
        { readPrompt: () => (text === null ? { ok: false, error: "not there" } : { ok: true, text }) },
      );
    expect(read('{"type":"array"}').pipeline?.stages.get("a")?.attrs.get("response_schema")).toBe(
      '{"type":"array"}',
    );
    const rules = (text: string | null) =>
      read(text).diagnostics.flatMap(({ severity, rule }) => (severity === "error" ? [rule] : []));
    expect([rules(null), rules("[]")]).toEqual([["prompt_file_missing"], ["response_schema_invalid"]]);
  });

  it("a schema that makes no sense is known before the run begins", async () => {
    const { pipeline } = prepare(
      `digraph g { s [shape=Mdiamond]; e [shape=Msquare]; a [prompt=x, llm_provider=ours, response_schema=${quoted({ type: "objekt" })}]; s -> a -> e }`,
    );
    const loaded = loadConfig(
      JSON.stringify({ llm: { providers: { ours: { backend: "command", command: "true" } } } }),
      "config",
    );
    if (!loaded.ok) throw new Error("config");
    const { checks } = await preflight({
      ...{ pipeline: pipeline!, config: loaded.config, allowTestShim: false, simulated: false },
      machine: {
        env: {},
        find: () => null,
        ask: async () => null,
        canConfine: async () => true,
        ownSandbox: async () => true,
      },
      now: () => new Date(0),
    });
    const failed = checks.filter((check) => check.status === "fail").map(({ message }) => message);
    expect(failed).toEqual([
      expect.stringContaining("response_schema of node a is no JSON Schema that can be used"),
    ]);
  });
});
