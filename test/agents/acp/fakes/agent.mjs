#!/usr/bin/env node
// An agent on the protocol's own kit, which checks every message that it is sent. FAKE_MODE says how it behaves.
import { writeFileSync } from "node:fs";
import { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { agent, ndJsonStream } from "@agentclientprotocol/sdk";

const mode = process.env.FAKE_MODE ?? "";
if (mode === "floods") {
  // Asks for ever, and reads nothing.
  const question = `${JSON.stringify({ jsonrpc: "2.0", id: "x".repeat(1_000_000), method: "what" })}\n`;
  const ask = () => process.stdout.write(question, ask);
  ask();
  await new Promise(() => {});
}
const sessionId = "sess-5f0c0f7a";
const option = {
  id: "model",
  name: "Model",
  category: "model",
  type: "select",
  currentValue: "m-0",
  options: [
    { value: "m-0", name: "M 0" },
    { value: "m-1", name: "M 1" },
  ],
};
let model = "m-0";
const usage = { inputTokens: 220, outputTokens: 29, totalTokens: 249, cachedReadTokens: 7 };

const app = agent()
  .onRequest("initialize", () => ({
    protocolVersion: 1,
    agentInfo: { name: "fake", version: "9.9.9" },
    agentCapabilities: { loadSession: mode === "loads" },
  }))
  .onRequest("session/new", () => ({ sessionId, configOptions: [option] }))
  .onRequest("session/load", () => ({ configOptions: [option] }))
  .onRequest("session/set_config_option", ({ params }) => {
    model = params.value;
    return { configOptions: [{ ...option, currentValue: model }] };
  })
  .onRequest("session/prompt", async ({ params, client }) => {
    const update = (body) => client.notify("session/update", { sessionId, update: body });
    const say = (text) => update({ sessionUpdate: "agent_message_chunk", content: { type: "text", text } });
    writeFileSync(
      `${process.env.OUT}/seen`,
      JSON.stringify({ prompt: params.prompt, model, cwd: process.cwd() }),
    );
    if (mode === "exits") process.exit(0);
    await say("let me see");
    const toolCall = { toolCallId: "c1", title: "run it", kind: "execute", status: "pending" };
    await update({ sessionUpdate: "tool_call", ...toolCall, rawInput: { command: "true" } });
    const { outcome } = await client.request("session/request_permission", {
      sessionId,
      toolCall,
      options: [
        { optionId: "no", kind: "reject_once", name: "No" },
        { optionId: "yes", kind: "allow_once", name: "Yes" },
      ],
    });
    const content = [{ type: "content", content: { type: "text", text: outcome.optionId ?? "none" } }];
    await update({ sessionUpdate: "tool_call_update", toolCallId: "c1", status: "completed", content });
    if (mode === "hangs") await sleep(1_000_000);
    await say("it is ");
    await say("done");
    if (mode === "fails") throw new Error("the model is gone");
    return { stopReason: mode === "limited" ? "max_turn_requests" : "end_turn", usage };
  });

app.connect(ndJsonStream(Writable.toWeb(process.stdout), Readable.toWeb(process.stdin)));
