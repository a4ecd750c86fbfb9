/** A run that needs no secret: what `attractor init --agent copilot` writes, with a stand-in of the CLI where npm would put it. */
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { parse } from "yaml";
import { defaultJobs } from "../../../engine/config/jobs.ts";
import { agentChoice } from "../../../github/workflows/agent-choice.ts";
import { CALLER_PATH, CONFIG_PATH, setupFiles } from "../../../github/workflows/init-files.ts";
import { copilotUsage, FAKES, type Step } from "../../agents/cli/fakes/lines.ts";
import { FAKE_CLI } from "../../agents/cli/scene.ts";
import { allRuns, gitOf, ledgerOf, story } from "../inspect.ts";
import { ACTION, scene } from "../support.ts";

const GRAPH = `digraph zero { graph [goal="Nothing secret"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  par [shape=component]; join [shape=tripleoctagon, merge=all]
  first [prompt="Work"]; one [prompt="Work"]; two [prompt="Work"]
  start -> first -> par; par -> one -> join; par -> two -> join; join -> exit
}`;

/** npm, as far as the job's own step asks it: it "installs" what lies ready. */
function npmWith(plan: readonly Step[]): { readonly bin: string } {
  const folder = mkdtempSync(join(tmpdir(), "copilot-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const bin = join(folder, "bin");
  mkdirSync(bin);
  for (const each of [folder, bin]) chmodSync(each, 0o755);
  copyFileSync(FAKE_CLI, join(folder, "play.mjs"));
  writeFileSync(join(folder, "plan.json"), JSON.stringify(plan), { mode: 0o644 });
  const put = (path: string, lines: readonly string[]) => {
    writeFileSync(path, `#!/bin/sh\n${lines.join("\n")}\n`);
    chmodSync(path, 0o755);
  };
  put(join(folder, "copilot"), [
    'case "$*" in *--help*) echo "--output-format --allow-tool --model"; exit 0;; esac',
    `FAKE_PLAN=$(cat ${folder}/plan.json) exec ${process.execPath} ${folder}/play.mjs "$@"`,
  ]);
  put(join(bin, "npm"), [
    `case "$*" in "install --global @github/copilot@"*) cp ${folder}/copilot ${bin}/copilot;; *) echo "npm $*" >&2; exit 1;; esac`,
  ]);
  return { bin };
}

describe("R-AGENT-15: a run by Copilot, with the job's own token", () => {
  it("init's files alone run a graph: the agents get a token that can write nothing, and what they used is counted", async () => {
    const { jobs, providers } = agentChoice("copilot");
    const written = setupFiles({ action: ACTION, jobs: { ...defaultJobs(), ...jobs }, providers });
    // The stand-in lies below /tmp, which walls would hide.
    const files: Record<string, string> = Object.fromEntries(
      written.map(({ path, text }) => [path, path === CONFIG_PATH ? `${text}sandbox: "off"\n` : text]),
    );
    const plan: Step[] = [
      { dump: "seen-%ATTRACTOR_NODE_ID%.json" },
      ...FAKES.copilot.begin,
      { write: { path: "%COPILOT_HOME%/usage.json", text: copilotUsage } },
      { write: { path: "%ATTRACTOR_STATUS_PATH%", text: '{"status":"success"}' } },
      FAKES.copilot.result,
    ];
    const { bin } = npmWith(plan);
    vi.stubEnv("PATH", `${bin}:${process.env.PATH}`);
    const s = await scene({ ...files, "graphs/zero.dot": GRAPH });
    vi.unstubAllEnvs();
    const id = await s.dispatch({ graph: "graphs/zero.dot" });
    await allRuns(s);
    const run = `r${id}`;
    const log = ledgerOf(s, run);
    expect(log.at(-1), story(s)).toMatchObject({ event: "run_completed" });

    const work = `refs/heads/attractor/run/${run}`;
    const tokens = ["first", "one", "two"].map((node) => {
      const { env, argv } = JSON.parse(gitOf(s, "cat-file", "blob", `${work}:seen-${node}.json`));
      expect(argv.join(" ")).toContain("--secret-env-vars=COPILOT_GITHUB_TOKEN");
      expect([env.GITHUB_TOKEN, env.GH_TOKEN], node).toEqual([undefined, undefined]);
      return env.COPILOT_GITHUB_TOKEN as string;
    });
    // A job each, and so a token each.
    expect(tokens.every((token) => typeof token === "string" && token !== "")).toBe(true);
    expect(new Set(tokens).size).toBe(3);
    const caller = parse(files[CALLER_PATH]!) as { jobs: Record<string, { permissions: object }> };
    for (const job of ["legs-1", "legs-2"])
      expect(caller.jobs[job]!.permissions).toEqual({ contents: "read", "copilot-requests": "write" });
    expect(JSON.stringify(caller)).not.toContain("secrets.");
    expect(files[CONFIG_PATH]).toContain("copilot");
    // Its own file of what it used, once a stage.
    const used = log.flatMap((event) => (event.event === "stage_attempt_end" ? (event.usage ?? []) : []));
    expect(used.filter(({ model }) => model === "gpt-5.4").length).toBeGreaterThanOrEqual(1);
    for (const token of tokens) expect(story(s)).not.toContain(token);
    s.box.assertClean();
  }, 300_000);
});
