import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { parse } from "yaml";
import { runInit } from "../../cli/init.ts";
import type { Machine } from "../../engine/agents/preflight/machine.ts";
import { preflight } from "../../engine/agents/preflight/preflight.ts";
import { loadConfig } from "../../engine/config/load.ts";
import { prepare } from "../../engine/graph/prepare.ts";
import { AGENTS, type AgentName } from "../../github/workflows/agent-choice.ts";
import { CALLER_PATH, CONFIG_PATH } from "../../github/workflows/init-files.ts";

async function init(...args: string[]) {
  const folder = mkdtempSync(join(tmpdir(), "init-agent-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  execFileSync("git", ["init", "--quiet", folder]);
  let out = "";
  const say = (text: string) => {
    out += text;
  };
  const terminal = { out: say, err: say, stdin: async () => "", color: false };
  const code = await runInit(["--action", "o/attractor@v1", ...args, folder], terminal);
  const text = (path: string) => readFileSync(join(folder, path), "utf8");
  return { code, out, config: () => text(CONFIG_PATH), workflow: () => parse(text(CALLER_PATH)) };
}

interface Job {
  readonly permissions: object;
  readonly steps: readonly { readonly run?: string; readonly with?: { readonly secrets?: string } }[];
}

const HELP =
  "--output-format --verbose --permission-mode --permission-prompts --setting-sources --strict-mcp-config --json --sandbox --model --approval-mode --allow-tool";
/** A runner with what the workflow installs and hands on. */
const machine = (env: Machine["env"]): Machine => ({
  env,
  find: (name) => `/usr/local/bin/${name}`,
  ask: async (_path, args) => (args.includes("--version") ? "9.9.9" : HELP),
  canConfine: async () => true,
  ownSandbox: async () => true,
});

const SECRET: Readonly<Record<AgentName, string | null>> = {
  copilot: null,
  claude: "ANTHROPIC_API_KEY",
  codex: "OPENAI_API_KEY",
  gemini: "GEMINI_API_KEY",
  kimi: "KIMI_API_KEY",
  zai: "ZAI_API_KEY",
};

describe("attractor init --agent", () => {
  it.each(AGENTS)("R-AGENT-15: %s: what it writes lets a graph run, and it says who pays", async (agent) => {
    const { code, out, config, workflow } = await init("--agent", agent);
    expect([code, out]).toEqual([0, expect.stringMatching(/\nWho pays: .*bills/)]);
    const secret = SECRET[agent];
    const jobs = workflow().jobs as Record<string, Job>;
    const branch = jobs["legs-1"]!;
    const ours = branch.steps.at(-1)!.with!;
    if (secret !== null) {
      expect(out).toContain(`gh secret set ${secret}`);
      expect(ours.secrets).toBe(`${secret}=\${{ secrets.${secret} }}\n`);
    }
    const installs = branch.steps.flatMap(({ run }) => run ?? []);
    expect(installs).toEqual(
      ["kimi", "zai"].includes(agent)
        ? []
        : [expect.stringMatching(/^npm install --global @[\w-]+\/[\w-]+@\d+\.\d+\.\d+$/)],
    );
    const loaded = loadConfig(config(), "config");
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    const { pipeline } = prepare(
      "digraph g { start [shape=Mdiamond]; exit [shape=Msquare]; it [prompt=x]; start -> it -> exit }",
    );
    const env = secret === null ? { GITHUB_ACTIONS: "true", GITHUB_TOKEN: "t" } : { [secret]: "k" };
    const report = await preflight({
      ...{ pipeline: pipeline!, config: loaded.config, machine: machine(env) },
      ...{ allowTestShim: false, simulated: false, now: () => new Date(0) },
    });
    expect(report.checks.filter(({ status }) => status === "fail")).toEqual([]);
  });

  it("R-AGENT-15: jobs that pay with their own token have that right, read contents, and nothing else", async () => {
    const { workflow } = await init("--agent", "copilot");
    const { jobs } = workflow() as { jobs: Record<string, Job> };
    const only = { contents: "read", "copilot-requests": "write" };
    const branches = Object.entries(jobs).filter(([name]) => name.startsWith("legs-"));
    expect(branches.map(([, job]) => job.permissions)).toEqual(branches.map(() => only));
    const others = Object.entries(jobs).filter(([name]) => !name.startsWith("legs-"));
    expect(others.filter(([, job]) => "copilot-requests" in job.permissions)).toEqual([]);
    const { workflow: plain } = await init("--agent", "claude");
    expect(JSON.stringify(plain())).not.toContain("copilot-requests");
  });

  it("refuses what it does not know, and a token that could write", async () => {
    expect(await init("--agent", "hal")).toMatchObject({
      code: 2,
      out: expect.stringContaining("--agent takes copilot, claude, codex, gemini, kimi, zai"),
    });
    expect(await init("--agent", "copilot", "--contents", "write")).toMatchObject({
      code: 2,
      out: expect.stringContaining("leave --contents out"),
    });
  });
});
