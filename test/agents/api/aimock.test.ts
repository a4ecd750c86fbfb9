/** The loop against a model server that nobody here wrote, in all four protocols. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { LLMock } from "@copilotkit/aimock";
import { describe, expect, it, onTestFinished } from "vitest";
import { apiBackend } from "../../../engine/agents/api/backend.ts";
import type { ApiProtocol } from "../../../engine/agents/api/provider.ts";
import type { AgentEvent } from "../../../engine/agents/port.ts";
import { settingsOf } from "../../../engine/agents/settings.ts";
import { stageEnv } from "../../../engine/stages/env.ts";
import { agent, scene } from "../../stages/scene.ts";
import { saying } from "../request.ts";
import { BASE, still } from "./asked.ts";
import { PROTOCOLS } from "./wire/script.ts";

const USAGE: Readonly<Record<ApiProtocol, Record<string, number>>> = {
  anthropic_messages: { input_tokens: 123, output_tokens: 45 },
  openai_chat_completions: { prompt_tokens: 123, completion_tokens: 45 },
  openai_responses: { input_tokens: 123, output_tokens: 45 },
  google_generate_content: { promptTokenCount: 123, candidatesTokenCount: 45 },
};
const CONTENT = 'say "hi"\né🙂 \\ end\n';

async function againstMock(protocol: ApiProtocol, prepare: (mock: LLMock) => void) {
  const mock = new LLMock({ port: 0 });
  prepare(mock);
  await mock.start();
  onTestFinished(() => mock.stop());
  const at = scene(agent());
  const events: AgentEvent[] = [];
  const provider = {
    ...{ name: "mock", protocol, baseUrl: mock.url + BASE[protocol], apiKey: "key-of-test", maxRetries: 1 },
  };
  const reply = await apiBackend(provider, {
    price: (_p, _m, { input_tokens: n = 0 }) => n / 1000,
    clock: still(),
  }).run({
    ...{
      request: at.request,
      prompt: "Do the work",
      promptFile: "",
      env: stageEnv(at.request, process.env, []),
    },
    statusPath: join(at.stageDir, "status.json"),
    settings: { ...settingsOf(at.request.stage), model: "some-model" },
    ...{ session: null, steering: saying(), log: (event: AgentEvent) => events.push(event) },
  });
  return { reply, at, events, requests: mock.getRequests() };
}

describe.each(PROTOCOLS)("UL-8.9: %s", (protocol) => {
  it("calls side by side, their results in one request, the answer, and exact usage", async () => {
    const usage = USAGE[protocol];
    const { reply, at, requests } = await againstMock(protocol, (mock) => {
      const write = (path: string) => ({
        name: "write_file",
        arguments: JSON.stringify({ path, content: CONTENT }),
      });
      mock.on(
        { userMessage: /Do the work/, hasToolResult: false },
        { toolCalls: [write("a.txt"), write("b/c.txt")], usage },
      );
      mock.on({ userMessage: /Do the work/, hasToolResult: true }, { content: "All done.", usage });
    });
    expect(reply).toMatchObject({ response: "All done.", evidence: {} });
    expect(readFileSync(join(at.worktree, "a.txt"), "utf8")).toBe(CONTENT);
    expect(existsSync(join(at.worktree, "b/c.txt"))).toBe(true);
    expect(requests).toHaveLength(2);
    expect(reply.usage).toMatchObject([
      { input_tokens: 123, output_tokens: 45, cost_usd: 0.123 },
      { input_tokens: 123, output_tokens: 45, cost_usd: 0.123 },
    ]);
  });

  it("a refused key ends it at once", async () => {
    const { reply, requests } = await againstMock(protocol, (mock) => {
      mock.nextRequestError(401, { message: "no such key", type: "authentication_error" });
      mock.onMessage(/./, { content: "never" });
    });
    expect(reply.evidence).toEqual({ error_code: "authentication", http_status: 401 });
    expect(requests).toHaveLength(1);
  });

  it("a rate limit is waited for", async () => {
    const { reply, requests } = await againstMock(protocol, (mock) => {
      mock.nextRequestError(429, { message: "slow down", type: "rate_limit_error" });
      mock.onMessage(/./, { content: "Then done." });
    });
    expect(reply.response).toBe("Then done.");
    expect(requests).toHaveLength(2);
  });
});
