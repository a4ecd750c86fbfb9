import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { acpBackend } from "../../../engine/agents/acp/backend.ts";
import type { AgentEvent, AgentSession } from "../../../engine/agents/port.ts";
import { stageEnv } from "../../../engine/stages/env.ts";
import { statusPath } from "../../../engine/stages/status/paths.ts";
import { findMarked } from "../../../engine/stages/strays.ts";
import { agent as agentGraph, scene, tempDir } from "../../stages/scene.ts";
import { price } from "../cli/scene.ts";
import { agentRequest } from "../request.ts";

const FAKE = resolve(import.meta.dirname, "fakes/agent.mjs");

interface Wanted {
  readonly command?: string;
  readonly attrs?: string;
  readonly timeoutMs?: number;
  readonly session?: AgentSession;
}

async function played(mode: string, { command = FAKE, attrs = "", timeoutMs, session }: Wanted = {}) {
  const at = scene(agentGraph(attrs), timeoutMs === undefined ? {} : { timeoutMs });
  const out = tempDir();
  const parentEnv = { ...process.env, HOME: out, OUT: out, FAKE_MODE: mode };
  const log: AgentEvent[] = [];
  const promptFile = join(at.stageDir, "prompt.md");
  writeFileSync(promptFile, "the prompt");
  const backend = acpBackend(
    { name: "other", command, auth: "login", passEnv: ["OUT", "FAKE_MODE"] },
    {
      parentEnv,
      upstream: null,
      githubToken: null,
      price,
      spendable: () => null,
      onUnknown: "block",
      sandbox: "off",
      instructionFiles: false,
      limits: { idleMs: 20_000 },
    },
  );
  const reply = await backend.run(
    agentRequest(at.request, {
      prompt: "the prompt",
      promptFile,
      env: stageEnv(at.request, parentEnv, []),
      statusPath: statusPath(at.stageDir),
      session: session ?? null,
      log: (event) => log.push(event),
    }),
  );
  expect(findMarked([`ATTRACTOR_STAGE_DIR=${at.stageDir}`], null)).toEqual([]);
  const json = (file: string) => JSON.parse(readFileSync(file, "utf8"));
  return {
    at,
    reply,
    log,
    seen: () => json(join(out, "seen")),
    file: (name: string) => json(join(at.stageDir, name)),
  };
}

describe("R-AGENT-15: an agent of the Agent Client Protocol", () => {
  it("is given the prompt in its tree, may use its tools, and is ended when it has answered", async () => {
    const { reply, seen, log, at, file } = await played("");
    expect(reply.problem).toBeUndefined();
    expect(reply.evidence).toEqual({});
    expect(reply.response).toBe("it is done");
    expect(reply.session).toMatchObject({ backend: "acp", data: { id: "sess-5f0c0f7a" } });
    expect(seen()).toEqual({
      prompt: [{ type: "text", text: "the prompt" }],
      model: "m-0",
      cwd: at.worktree,
    });
    expect(log).toContainEqual({ kind: "TOOL_CALL_END", call_id: "c1", output: "yes" });
    expect(reply.usage).toEqual([
      expect.objectContaining({ provider: "other", input_tokens: 220, output_tokens: 29, cost_usd: null }),
    ]);
    expect(file("cli_invocation.json")).toMatchObject({ version: "fake 9.9.9", proxied: false });
    expect(file("provider_used.json")).toMatchObject({ backend: "acp", provider: "other" });
  });

  it("works with the model that the author named, and is priced by it", async () => {
    const { reply, seen } = await played("", { attrs: ', llm_model="m-1"' });
    expect(seen().model).toBe("m-1");
    expect(reply.usage).toEqual([expect.objectContaining({ model: "m-1", cost_usd: 0.00073 })]);
  });

  it("ends typed: a limit of its own, an error, an exit without an answer, silence", async () => {
    const limited = await played("limited", { attrs: ", max_agent_turns=4" });
    expect(limited.reply.problem).toBe("turn limit reached (max_turns=4)");
    expect(limited.reply.evidence.error_code).toBe("turn_limit");
    const failed = await played("fails");
    expect(failed.reply.evidence.error_code).toBe("api");
    expect(failed.reply.problem).toContain("the agent answered with an error");
    const gone = await played("exits");
    expect(gone.reply.evidence).toEqual({ exit_code: 0, error_code: "provider_contract" });
    const hung = await played("hangs", { timeoutMs: 2500 });
    expect(hung.reply.evidence.timed_out).toBe(true);
    expect(hung.reply.usage).toEqual([{ provider: "other", cost_usd: null }]);
  });

  it("a command that is no agent is a broken contract", async () => {
    const { reply } = await played("", { command: "echo hello" });
    expect(reply.evidence.error_code).toBe("provider_contract");
  });

  it("goes on with a session where it can load one, else begins anew and says so", async () => {
    const session = {
      backend: "acp",
      provider: "other",
      model: null,
      data: { id: "sess-5f0c0f7a", files: {} },
    };
    const loaded = await played("loads", { session });
    expect(loaded.reply.problem).toBeUndefined();
    expect(loaded.reply.notes).toBeUndefined();
    const anew = await played("", { session });
    expect(anew.reply.response).toBe("it is done");
    expect(anew.reply.notes).toEqual([expect.objectContaining({ code: "session_not_resumed" })]);
  });

  it("one that asks and never reads the answers is ended, before they fill the memory", async () => {
    const before = process.memoryUsage.rss();
    const { reply } = await played("floods", { timeoutMs: 20_000 });
    expect(reply.problem).toBe("the agent asks and does not read the answers");
    expect(reply.evidence.error_code).toBe("provider_contract");
    expect(process.memoryUsage.rss() - before).toBeLessThan(400e6);
  });
});
