/** opencode by the Agent Client Protocol, where it is installed, against a provider that nobody here wrote. */
import { accessSync, constants, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, it } from "vitest";
import { acpBackend } from "../../../engine/agents/acp/backend.ts";
import type { AgentEvent } from "../../../engine/agents/port.ts";
import { stageEnv } from "../../../engine/stages/env.ts";
import { statusPath } from "../../../engine/stages/status/paths.ts";
import { agent as agentGraph, scene, tempDir } from "../../stages/scene.ts";
import { type MockOptions, startMock } from "../cli/real/mock.ts";
import { price } from "../cli/scene.ts";
import { agentRequest } from "../request.ts";

const folders = [process.env.ATTRACTOR_CLI_BIN ?? "", ...(process.env.PATH ?? "").split(delimiter)];
const opencode = folders
  .filter((folder) => folder !== "")
  .map((folder) => join(folder, "opencode"))
  .find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
if (opencode === undefined) console.warn("opencode is not installed: not run");

const KEY = "sk-canary-real-key-3c9d01";

/** It is told its provider in a file, and takes address and token from the variables that any such agent is given. */
const CONFIG = {
  autoupdate: false,
  model: "ours/m-1",
  permission: { bash: "allow", edit: "allow" },
  provider: {
    ours: {
      npm: "@ai-sdk/openai-compatible",
      options: { baseURL: "{env:OPENAI_BASE_URL}", apiKey: "{env:OPENAI_API_KEY}" },
      models: { "m-1": { name: "M 1", tool_call: true } },
    },
  },
};

async function real(mock: Partial<MockOptions> = {}, timeoutMs = 90_000) {
  const server = await startMock({
    command: `echo '{"status":"success"}' > "$ATTRACTOR_STATUS_PATH"`,
    ...mock,
  });
  const at = scene(agentGraph(""), { timeoutMs });
  at.git("init", "-q");
  const home = tempDir();
  const file = join(home, "opencode.json");
  writeFileSync(file, JSON.stringify(CONFIG));
  const parentEnv = {
    PATH: process.env.PATH,
    HOME: home,
    OPENCODE_CONFIG: file,
    OPENCODE_DISABLE_MODELS_FETCH: "1",
  };
  const log: AgentEvent[] = [];
  const promptFile = join(at.stageDir, "prompt.md");
  writeFileSync(promptFile, "the prompt");
  const backend = acpBackend(
    {
      name: "other",
      command: `${opencode} acp`,
      auth: "key",
      passEnv: ["OPENCODE_CONFIG", "OPENCODE_DISABLE_MODELS_FETCH"],
    },
    {
      ...{ parentEnv, githubToken: null, price, spendable: () => null, onUnknown: "block", sandbox: "off" },
      ...{ upstream: { baseUrl: `${server.url}/v1`, key: KEY }, instructionFiles: false },
      limits: { idleMs: 60_000 },
    },
  );
  try {
    const reply = await backend.run(
      agentRequest(at.request, {
        ...{ prompt: "the prompt", promptFile, env: stageEnv(at.request, parentEnv, []) },
        ...{ statusPath: statusPath(at.stageDir), log: (event) => log.push(event) },
      }),
    );
    return { reply, at, log, calls: server.calls() };
  } finally {
    await server.stop();
  }
}

describe.skipIf(opencode === undefined)("the real opencode", () => {
  it("R-AGENT-15: runs a tool, answers, writes its status, and its calls are counted by the proxy", async () => {
    const { reply, at, log, calls } = await real();
    expect(reply.problem).toBeUndefined();
    expect(reply.response).toBe("All done.");
    expect(readFileSync(join(at.stageDir, "status.json"), "utf8")).toContain("success");
    expect(reply.usage!.filter(({ output_tokens }) => output_tokens === 20).length).toBeGreaterThanOrEqual(2);
    expect(calls.length).toBeGreaterThanOrEqual(2);
    expect(JSON.stringify([log, reply])).not.toContain(KEY);
  });

  it("is killed in the middle of a call, and its money is not forgotten", async () => {
    const { reply } = await real({ latencyMs: 3000 }, 25_000);
    expect(reply.evidence.timed_out).toBe(true);
    expect(reply.usage!.length).toBeGreaterThan(0);
  });
});
