/** What a pull request's head says to agents: nothing that they are told, and nothing that they read by themselves (R-AGENT-22). */
import { describe, expect, it } from "vitest";
import { CALLER_PATH } from "../../../github/workflows/init-files.ts";
import { serve } from "../app.ts";
import { gitOf, ledgerOf, story } from "../inspect.ts";
import { openPull } from "../pull.ts";
import { callerText, scene } from "../support.ts";
import { commands } from "./commands.ts";
import { model, RATES } from "./model.ts";

const CLIS = ["claude", "codex", "copilot"] as const;
const PROVIDERS = { claude: "anthropic", codex: "openai", copilot: "copilot" } as const;
const PROTOCOLS = {
  claude: "anthropic_messages",
  codex: "openai_responses",
  copilot: "openai_chat_completions",
} as const;

const GRAPH = `digraph head { graph [goal="Review it"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  ${CLIS.map((cli) => `${cli} [prompt="Show what is seen", llm_provider=${PROVIDERS[cli]}, llm_model="m-1"]`).join("; ")}
  ours [prompt="Show what is seen", llm_provider=ours, llm_model="m-1"]
  start -> ours -> claude -> codex -> copilot -> exit
}`;

function config(url: string, paths: Readonly<Record<string, string>>): string {
  const models = { "m-1": { ...RATES, context: 100_000, max_output: 1000 } };
  const api = (protocol: string) => ({ protocol, base_url: `${url}/v1`, api_key_env: "MODEL_KEY" });
  const clis = CLIS.map((cli) => [
    PROVIDERS[cli],
    { backend: "cli", executable: paths[cli], api: api(PROTOCOLS[cli]), models, failover: [] },
  ]);
  const ours = { backend: "api", api: api("openai_chat_completions"), models, failover: [] };
  return JSON.stringify({ version: 1, llm: { providers: { ...Object.fromEntries(clis), ours } } });
}

const CANARY = "CANARY-OF-THE-HEAD";
const TOLD = ["AGENTS.md", "CLAUDE.md", ".github/copilot-instructions.md"];
const READ = [".claude/settings.json", ".agents/skills/evil/SKILL.md", ".github/agents/evil.md"];
const each = (paths: readonly string[], text: string) =>
  Object.fromEntries(paths.map((path) => [path, text]));

describe("instructions in the head of a pull request", () => {
  it("R-AGENT-22: reach no prompt; what a CLI would read by itself keeps it from being started", async () => {
    const server = await model();
    const s = await scene({
      ...each(TOLD, "words of the base"),
      "graphs/head.dot": GRAPH,
      ".github/attractor.yml": config(server.url, commands(CLIS)),
      [CALLER_PATH]: callerText({ secrets: ["MODEL_KEY"] }),
    });
    s.repository.secrets.set("MODEL_KEY", "sk-of-the-box-000");
    const { failures, settle } = await serve(s);
    const run = async (head: string, files: Record<string, string>): Promise<string> =>
      (await openPull(s, { head, files, settle })).say("/attractor run graphs/head.dot");

    const talks = await run("talks", each(TOLD, CANARY));
    expect(failures).toEqual([]);
    expect(ledgerOf(s, talks).at(-1), story(s)).toMatchObject({ event: "run_completed" });
    // The head's own work is there; what agents were told is the base's.
    const work = `refs/heads/attractor/run/${talks}`;
    expect(gitOf(s, "cat-file", "blob", `${work}:AGENTS.md`)).toBe(CANARY);
    for (const cli of CLIS) {
      const { stdin, argv } = JSON.parse(gitOf(s, "cat-file", "blob", `${work}:seen-${cli}.json`));
      expect(stdin, cli).toContain("words of the base");
      expect(`${stdin}${argv.join(" ")}`, cli).not.toContain(CANARY);
    }
    const asked = server.received.map(({ body }) => JSON.stringify(body));
    expect(asked.some((body) => body.includes("words of the base"))).toBe(true);
    expect(asked.some((body) => body.includes(CANARY))).toBe(false);

    const configures = await run("configures", each(READ, CANARY));
    expect(ledgerOf(s, configures).at(-1), story(s)).toMatchObject({ event: "run_failed" });
    const end = ledgerOf(s, configures).find(
      (event) => event.event === "stage_attempt_end" && event.node_id === "claude",
    );
    expect(end).toMatchObject({ status: "fail", failure_class: "deterministic" });
    expect(JSON.stringify(end)).toContain("claude was not started");
    expect(JSON.stringify(end)).toContain(".claude/settings.json");
    const tree = gitOf(s, "ls-tree", "-r", "--name-only", `refs/heads/attractor/run/${configures}`);
    expect(tree).not.toContain("seen-claude.json");
    s.box.assertClean();
  }, 300_000);
});
