/** Schemas of answers and command-line agents: told by their own means where they have some, checked by us, asked for once more. */
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { backendFor } from "../../../engine/agents/choose.ts";
import type { CliName } from "../../../engine/agents/cli/adapter.ts";
import { adapterOf } from "../../../engine/agents/cli/adapters.ts";
import { settingsOf } from "../../../engine/agents/settings.ts";
import { runAgent } from "../../../engine/agents/stage/run.ts";
import { loadConfig } from "../../../engine/config/load.ts";
import { agent, scene, tempDir } from "../../stages/scene.ts";
import { FAKES, type Step } from "./fakes/lines.ts";
import { FAKE_CLI } from "./scene.ts";

const SCHEMA = { type: "object", properties: { ok: { type: "boolean" } }, required: ["ok"] };
const ATTRS = `response_schema=${JSON.stringify(JSON.stringify(SCHEMA))}`;
const PROVIDER = { claude: "anthropic", codex: "openai", gemini: "google", copilot: "copilot" } as const;

/** Its last words, in the line that each CLI tells them by. */
const words = (cli: CliName, text: string): Step[] => {
  switch (cli) {
    case "claude": {
      const { say } = FAKES.claude.result as { say: object };
      return [{ say: { ...say, result: text } }];
    }
    case "codex":
      return [
        { say: { type: "item.completed", item: { id: "m9", type: "agent_message", text } } },
        FAKES.codex.result,
      ];
    case "gemini":
      return [{ say: { type: "message", role: "assistant", content: text } }, FAKES.gemini.result];
    case "copilot":
      return [
        { say: { type: "assistant.message", data: { content: text, toolRequests: [] } } },
        FAKES.copilot.result,
      ];
  }
};

const REPORT: Step = { write: { path: "%ATTRACTOR_STATUS_PATH%", text: '{"status":"success"}' } };

/** `first` and `second`: what the CLI plays when it is called, and when it is called again. */
async function played(cli: CliName, first: readonly Step[], second: readonly Step[] = first) {
  const folder = tempDir();
  const file = join(folder, cli);
  const plan = (name: string, steps: readonly Step[]) =>
    writeFileSync(join(folder, name), JSON.stringify([{ dump: `${folder}/${name}.seen` }, ...steps]));
  plan("1", first);
  plan("2", second);
  writeFileSync(
    file,
    `#!/bin/sh\nn=1; [ -e ${folder}/1.seen ] && n=2\nFAKE_PLAN=$(cat ${folder}/$n) exec ${process.execPath} ${FAKE_CLI} "$@"\n`,
  );
  chmodSync(file, 0o755);
  const loaded = loadConfig(
    JSON.stringify({
      sandbox: "off",
      llm: {
        providers: { [PROVIDER[cli]]: { backend: "cli", auth: "login", executable: file, failover: [] } },
      },
    }),
    "config",
  );
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const at = scene(agent(`llm_provider=${PROVIDER[cli]}, ${ATTRS}`));
  const parentEnv = { ...process.env, HOME: folder };
  const { outcome, evidence } = await runAgent(at.request, {
    ...{ parentEnv, passEnv: [] },
    choose: (request) => backendFor(request, { config: loaded.config, simulation: null, parentEnv }),
  });
  const seen = (name: string) => {
    try {
      return JSON.parse(readFileSync(join(folder, `${name}.seen`), "utf8")) as {
        argv: string[];
        stdin: string;
      };
    } catch {
      return null;
    }
  };
  const warned = at.notes.filter((note) => note.event === "warning" && note.code === "schema_fallback");
  return { outcome, evidence, warned, calls: [seen("1"), seen("2")] };
}

const CLIS = Object.keys(PROVIDER) as CliName[];

describe("R-AGENT-7: a schema for the last words of a command-line agent", () => {
  it("is given to claude and codex by their own options, and to all in words", () => {
    const { request } = scene(agent(ATTRS));
    const args = (cli: CliName) => {
      const call = adapterOf(cli).call({
        ...{ prompt: "p", worktree: "/w", stateRoot: "/s", statusPath: "/s/status.json", resume: null },
        ...{ settings: settingsOf(request.stage), access: { kind: "login" }, sandbox: false },
        instructionFiles: false,
      });
      return { args: call.args.join(" "), files: call.files };
    };
    expect(args("claude").args).toContain(`--json-schema ${JSON.stringify(SCHEMA)}`);
    expect(args("claude").args).toContain(" StructuredOutput");
    expect(args("codex").args).toContain("--output-schema /s/response-schema.json");
    expect(args("codex").files["response-schema.json"]).toBe(JSON.stringify(SCHEMA));
    for (const cli of ["gemini", "copilot"] as const) expect(args(cli).args).not.toContain("schema");
  });

  it.each(CLIS)("%s: what fits is handed on, after one call", async (cli) => {
    const { outcome, warned, calls } = await played(cli, [
      ...FAKES[cli].begin,
      REPORT,
      ...words(cli, '{"ok":true}'),
    ]);
    expect(outcome).toMatchObject({ status: "success", context_updates: { "agent.output": { ok: true } } });
    expect([warned.length, calls[1]]).toEqual([0, null]);
    expect(calls[0]!.stdin).toContain("your last message must be one JSON value");
  });

  it.each(CLIS)("%s: what does not fit is asked for once more, with one warning", async (cli) => {
    const begin = FAKES[cli].begin;
    const { outcome, warned, calls } = await played(
      cli,
      [...begin, REPORT, ...words(cli, "all is well")],
      [...begin, ...words(cli, '{"ok":true}')],
    );
    expect(outcome).toMatchObject({ status: "success", context_updates: { "agent.output": { ok: true } } });
    expect(warned).toHaveLength(1);
    expect(calls[1]!.stdin).toContain("does not fit the JSON Schema");
  });

  it("claude's own field for it outranks its words", async () => {
    const { say } = FAKES.claude.result as { say: object };
    const { outcome } = await played("claude", [
      ...FAKES.claude.begin,
      REPORT,
      { say: { ...say, structured_output: { ok: false } } },
    ]);
    expect(outcome.context_updates).toMatchObject({ "agent.output": { ok: false } });
  });

  it("codex whose provider refuses the schema is called once without it, as the incident's 81 times were not", async () => {
    const refusal = [
      ...FAKES.codex.begin.slice(0, 3),
      {
        say: {
          type: "turn.failed",
          error: { message: "Invalid schema for response_format 'codex_output_schema'" },
        },
      },
    ];
    const { outcome, warned, calls } = await played("codex", refusal, [
      ...FAKES.codex.begin,
      REPORT,
      ...words("codex", '{"ok":true}'),
    ]);
    expect(outcome, JSON.stringify(outcome)).toMatchObject({ status: "success" });
    const asked = calls.map((call) => call!.argv.includes("--output-schema"));
    expect([asked, warned.length]).toEqual([[true, false], 1]);
  });

  it("what never fits fails as a broken contract, after two calls", async () => {
    const { outcome, evidence, warned } = await played("codex", [
      ...FAKES.codex.begin,
      REPORT,
      ...words("codex", "no"),
    ]);
    expect([outcome.status, evidence.error_code, warned.length]).toEqual(["fail", "provider_contract", 1]);
    expect(outcome.failure_reason).toContain("does not fit the node's response_schema");
  });
});
