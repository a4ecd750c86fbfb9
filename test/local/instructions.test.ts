/** Instruction files in whole runs, by the command, with a stand-in for the CLI. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { FAKES } from "../agents/cli/fakes/lines.ts";
import { FAKE_CLI } from "../agents/cli/scene.ts";
import { provider } from "../agents/proxy/upstream.ts";
import { driver, finalOf, graph, repository } from "./world.ts";

const SOURCE = graph(
  `before [prompt="work"]
   plant [shape=parallelogram, tool_command="mkdir -p .codex && echo CANARY | tee AGENTS.md > .codex/x.md"]
   after [prompt="work"]
   s -> before -> plant -> after -> e`,
);

async function ran(instructions: string | null) {
  const upstream = await provider(() => ({ chunks: [] }));
  const api = { base_url: `${upstream.url}/v1`, api_key_env: "OURS_API_KEY" };
  const codex = { backend: "cli", executable: FAKE_CLI, failover: [], pass_env: ["FAKE_PLAN"], api };
  const llm = { cli_profile: "test_shim", providers: { openai: codex }, force_models: { openai: "m-1" } };
  const config = { llm: { ...llm, ...(instructions === null ? {} : { instructions }) }, sandbox: "off" };
  const files = { "g.dot": SOURCE, "c.json": JSON.stringify(config), "AGENTS.md": "as the base has it" };
  const repo = repository(files);
  process.env.OURS_API_KEY = "sk-ours";
  process.env.FAKE_PLAN = JSON.stringify([
    { dump: "seen.json" },
    ...FAKES.codex.begin,
    { write: { path: "%ATTRACTOR_STATUS_PATH%", text: '{"status":"success"}' } },
    FAKES.codex.result,
  ]);
  const child = driver(repo, "run", "g.dot", "--config", "c.json", "--run-id", "r", "--allow-test-shim");
  const { code } = await child.ended;
  const root = join(repo, ".attractor/runs/r");
  const prompt = (stage: string) => readFileSync(join(root, stage, "v1-a1/prompt.md"), "utf8");
  const seen = JSON.parse(readFileSync(join(root, "worktree/seen.json"), "utf8")) as { stdin: string };
  return { code, final: finalOf(root), prompt, seen, text: child.text() };
}

describe("R-AGENT-22: a run of command-line agents", () => {
  it("they are told the base ref's files; after a stage that planted some, none is started", async () => {
    const { code, final, prompt, seen, text } = await ran(null);
    expect([code, text.slice(-600)]).toEqual([1, expect.any(String)]);
    expect(prompt("before").startsWith("Instructions of this project:\n\n# AGENTS.md\n\nas the base")).toBe(
      true,
    );
    expect(seen.stdin).toBe(prompt("before"));
    expect(final.failure_class).toBe("deterministic");
    expect(final.failure_reason).toContain("codex was not started");
    expect(final.failure_reason).toContain(".codex/x.md");
  }, 60_000);

  it("the configuration lets them read the worktree's own", async () => {
    const { code, prompt, text } = await ran("head");
    expect([code, text.slice(-600)]).toEqual([0, expect.any(String)]);
    expect(prompt("after")).not.toContain("Instructions of this project");
  }, 60_000);
});
