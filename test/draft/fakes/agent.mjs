#!/usr/bin/env node
// Answers a prompt in the ways of several agents, and with the good graph as soon as the prompt says what was wrong with the first.
import { appendFileSync, readFileSync } from "node:fs";
import { Readable, Writable } from "node:stream";
import { agent, ndJsonStream } from "@agentclientprotocol/sdk";

const [name, planFile, ...argv] = process.argv.slice(2);
const { broken, first, good, asked } = JSON.parse(readFileSync(planFile, "utf8"));

/** What preflight looks for in the help of each. */
const HELP =
  "--output-format --verbose --permission-mode --permission-prompts --setting-sources --strict-mcp-config --json --sandbox --model --approval-mode --print --max-turns";
if (argv.includes("--version")) {
  console.log(`${name} 2.1.332`);
  process.exit(0);
}
if (argv.includes("--help")) {
  console.log(HELP);
  process.exit(0);
}

if (argv[0] === "login") {
  console.log("Logged in");
  process.exit(0);
}

const answerTo = (prompt) => {
  appendFileSync(asked, "x");
  return prompt.includes(broken) ? good : first;
};
const print = (...lines) => process.stdout.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
const session_id = "5f0c0f7a-1111-4222-8333-944445555666";

const speak = {
  claude(text) {
    print(
      {
        type: "system",
        subtype: "init",
        session_id,
        model: "claude-sonnet-4-6",
        claude_code_version: "2.1.332",
      },
      {
        type: "result",
        subtype: "success",
        is_error: false,
        terminal_reason: "completed",
        result: text,
        num_turns: 1,
        session_id,
        total_cost_usd: 0.001,
        usage: { input_tokens: 0, output_tokens: 0 },
        modelUsage: {
          "claude-sonnet-4-6": {
            inputTokens: 3,
            outputTokens: 4,
            cacheReadInputTokens: 0,
            cacheCreationInputTokens: 0,
            costUSD: 0.001,
          },
        },
        permission_denials: [],
      },
    );
  },
  codex(text) {
    print(
      { type: "thread.started", thread_id: session_id },
      { type: "turn.started" },
      { type: "item.completed", item: { id: "m1", type: "agent_message", text } },
      { type: "turn.completed", usage: { input_tokens: 3, cached_input_tokens: 0, output_tokens: 4 } },
    );
  },
  gemini(text) {
    const models = { "gemini-2.5-pro": { input_tokens: 3, input: 3, output_tokens: 4, cached: 0 } };
    print(
      { type: "init", session_id, model: "gemini-2.5-pro" },
      { type: "message", role: "assistant", content: text, delta: true },
      { type: "result", status: "success", stats: { models } },
    );
  },
};

if (name === "acp") {
  const app = agent()
    .onRequest("initialize", () => ({ protocolVersion: 1, agentCapabilities: {} }))
    .onRequest("session/new", () => ({ sessionId: session_id }))
    .onRequest("session/prompt", async ({ params, client }) => {
      const text = answerTo(params.prompt.map((part) => part.text ?? "").join("\n"));
      const update = { sessionUpdate: "agent_message_chunk", content: { type: "text", text } };
      await client.notify("session/update", { sessionId: session_id, update });
      return { stopReason: "end_turn", usage: { inputTokens: 3, outputTokens: 4, totalTokens: 7 } };
    });
  app.connect(ndJsonStream(Writable.toWeb(process.stdout), Readable.toWeb(process.stdin)));
} else speak[name](answerTo(`${argv.join("\n")}\n${readFileSync(0, "utf8")}`));
