import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { lendJobToken, rightsBeside } from "../../action/isolation/job-token.ts";
import { defaultConfig } from "../../engine/config/defaults.ts";
import { defaultJobs } from "../../engine/config/jobs.ts";
import { loadConfig } from "../../engine/config/load.ts";
import { prepare } from "../../engine/graph/prepare.ts";
import { agentChoice } from "../../github/workflows/agent-choice.ts";
import { workflowFiles } from "../../github/workflows/init-files.ts";
import { callerText } from "../e2e/support.ts";

const graph = (attrs: string) =>
  prepare(
    `digraph g { start [shape=Mdiamond]; exit [shape=Msquare]; it [prompt=x ${attrs}]; start -> it -> exit }`,
  ).pipeline!;

const COPILOT = "llm: { providers: { copilot: { backend: cli, failover: [] }, kimi: { backend: api } } }";
const configOf = (text: string) => {
  const loaded = loadConfig(text, "config");
  return loaded.ok ? loaded.config : defaultConfig();
};

const WRITTEN = workflowFiles({
  action: "o/a@v1",
  jobs: { ...defaultJobs(), ...agentChoice("copilot").jobs },
})[0]!.text;

async function lent(given: {
  attrs?: string;
  readOnly?: "none" | "all";
  workflow?: string | null;
  job?: string;
  env?: Record<string, string>;
}) {
  const { attrs = ", llm_provider=copilot", readOnly = "all", workflow = WRITTEN, job = "legs-1" } = given;
  const env: NodeJS.ProcessEnv = { GITHUB_JOB: job, GITHUB_TOKEN: "the job's", ...given.env };
  const asked: string[] = [];
  const ports = {
    env,
    inputs: { part: "branch", durability: "stage", readOnly, token: "the job's" },
    job: {
      repository: "ada/game",
      workflowRef: "ada/game/.github/workflows/attractor-run.yml@refs/heads/main",
      workflowSha: "a".repeat(40),
    },
    remote: {
      fetchCommits: async () => undefined,
      readFile: async (commit: string, path: string) => {
        asked.push(`${commit.slice(0, 4)}:${path}`);
        return workflow;
      },
    },
  } as unknown as Parameters<typeof lendJobToken>[0];
  const problem = await lendJobToken(ports, { pipeline: graph(attrs), config: configOf(COPILOT) });
  return { problem, env, asked };
}

describe("R-AGENT-15: the job's token in an agent's hands", () => {
  it("only in a job that may read contents, ask Copilot, and do nothing else: as init writes it", async () => {
    const { problem, env, asked } = await lent({});
    expect([problem, env.COPILOT_GITHUB_TOKEN]).toEqual([null, "the job's"]);
    expect(asked).toEqual(["aaaa:.github/workflows/attractor-run.yml"]);
  });

  it("not where nobody asks for it, nor where somebody made another", async () => {
    const nobody = await lent({ attrs: ", llm_provider=kimi" });
    expect([nobody.problem, nobody.env.COPILOT_GITHUB_TOKEN, nobody.asked]).toEqual([null, undefined, []]);
    const own = await lent({ readOnly: "none", env: { COPILOT_GITHUB_TOKEN: "own" } });
    expect([own.problem, own.env.COPILOT_GITHUB_TOKEN]).toEqual([null, "own"]);
  });

  it.each([
    ["a job that may write", { readOnly: "none" as const }, /and this job's token can write: /],
    ["a workflow that cannot be read", { workflow: null }, /attractor-run\.yml cannot be read/],
    [
      "a job with one right more",
      { workflow: WRITTEN.replaceAll("contents: read", "contents: read\n      issues: write") },
      /job legs-1 may also write issues/,
    ],
    [
      "a job that lacks the right",
      { workflow: callerText({ contents: "read" }) },
      /job legs-1 may not ask Copilot/,
    ],
    [
      "a job by failover",
      {
        attrs: ', llm_provider=kimi, llm_model="kimi-k2.5", escalation_models="copilot:gpt-5.4"',
        readOnly: "none" as const,
      },
      /^it would be given this job's token/,
    ],
  ])("refuses %s, and then no name holds it", async (_, given, why) => {
    const { problem, env } = await lent(given);
    expect(problem).toMatch(why);
    expect(problem).toContain("`attractor init --agent copilot` writes jobs");
    expect([env.COPILOT_GITHUB_TOKEN, env.GITHUB_TOKEN]).toEqual([undefined, undefined]);
  });

  it("reads the workflow's own permissions where the job says none", () => {
    const of = (text: string) => rightsBeside(parse(text), "it");
    const two = "{ contents: read, copilot-requests: write }";
    expect(of(`permissions: ${two}\njobs: { it: {} }`)).toBeNull();
    expect(of(`permissions: { contents: write }\njobs: { it: { permissions: ${two} } }`)).toBeNull();
    expect(of(`jobs: { it: { permissions: { copilot-requests: write, issues: none } } }`)).toBeNull();
    expect(of("jobs: { it: {} }")).toMatch(/says no permissions/);
    expect(of("permissions: write-all\njobs: { it: {} }")).toBe("job it has permissions: write-all");
    expect(of(`jobs: { other: { permissions: ${two} } }`)).toMatch(/says no permissions/);
  });
});
