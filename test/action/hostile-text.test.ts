import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { parse } from "yaml";
import { writeSummary } from "../../action/output/summary.ts";
import { defaultJobs } from "../../engine/config/jobs.ts";
import { legName } from "../../engine/git/names.ts";
import { redactor } from "../../engine/redact/redact.ts";
import { workflowFiles } from "../../github/workflows/init-files.ts";
import { pipelineOf, world } from "../core/world.ts";

const root = resolve(import.meta.dirname, "../..");
const CORPUS = [
  "$(touch /tmp/owned)",
  "`id`",
  '"; exit 1 #',
  `\${{ github.token }}`,
  "::set-output name=status::success",
  "::add-mask::x\n::stop-commands::y",
  "%0A::error::x",
  "../../etc/passwd",
  "-rf",
  "a\u0000b",
  "@everyone <script>alert(1)</script>",
  "[x](javascript:alert(1))",
  "ghs_0123456789abcdefghijKLMN",
];

interface Step {
  readonly uses?: string;
  readonly run?: string;
}
const KINDS = [{}, { privileged: "allow" }, { contents: "read" }] as const;
const workflows = KINDS.flatMap((kind) =>
  workflowFiles({ action: "o/attractor@v1", jobs: { ...defaultJobs(), ...kind, secrets: ["KEY"] } }).map(
    ({ path, text }) => [`${path}, ${JSON.stringify(kind)}`, text] as const,
  ),
);
const composite = readFileSync(join(root, "action.yml"), "utf8");

function stepsOf(text: string): Step[] {
  const file = parse(text) as { jobs?: Record<string, { steps?: Step[] }>; runs?: { steps?: Step[] } };
  return [...Object.values(file.jobs ?? {}).flatMap((job) => job.steps ?? []), ...(file.runs?.steps ?? [])];
}

describe("text that somebody else wrote", () => {
  it.each(workflows)("R-GH-8: reaches no script of %s, for it has none", (_name, text) => {
    expect(stepsOf(text).filter((step) => step.run !== undefined)).toEqual([]);
  });

  it("R-GH-8: reaches no script of the action: its one line is the same for everybody", () => {
    const scripts = stepsOf(composite).flatMap(({ run }) => run ?? []);
    expect(scripts).toEqual(['exec sh "$GITHUB_ACTION_PATH/action/start.sh"']);
  });

  it("actions of others in the action are pinned to a commit, and workflows name no other than ours", () => {
    const foreign = stepsOf(composite).flatMap(({ uses }) => uses ?? []);
    expect(foreign.length).toBeGreaterThan(0);
    for (const uses of foreign) expect(uses).toMatch(/@[0-9a-f]{40}$/);
    for (const [, text] of workflows)
      expect(new Set(stepsOf(text).map(({ uses }) => uses))).toEqual(new Set(["o/attractor@v1"]));
  });

  it("as a branch's id becomes a number and a hash", () => {
    for (const [index, key] of CORPUS.entries())
      expect(legName({ index, key })).toMatch(/^\d{2}-[0-9a-f]{8}$/);
  });

  it("R-GH-8: in a goal, a label, a reason is only text in the summary, without secrets and mentions", async () => {
    const folder = mkdtempSync(join(tmpdir(), "summary-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const summaryPath = join(folder, "summary.md");
    const pipeline = pipelineOf(`digraph g { graph [goal=${JSON.stringify(CORPUS[10])}]
      start [shape=Mdiamond]; exit [shape=Msquare]; a [label="[x](javascript:alert(1)) @everyone <b>", prompt="p"]; start -> a -> exit }`);
    const w = world(pipeline);
    w.append({
      event: "run_aborted",
      reason: CORPUS.filter((text) => !text.includes("\u0000")).join("\n"),
      failure_class: "deterministic",
      by: "@everyone",
    });
    w.settle();
    const ports = {
      job: { summaryPath, serverUrl: "https://github.test" },
      inputs: { part: "next" as const },
      redact: redactor(["hunter2hunter22"]),
    };
    await writeSummary(ports, pipeline, w.state, w.log, "took <img src=x> @everyone hunter2hunter22");
    const text = readFileSync(summaryPath, "utf8");
    expect(text).not.toContain("ghs_0123456789abcdefghijKLMN");
    expect(text).not.toContain("hunter2hunter22");
    const outside = text.replace(/```[\s\S]*?```/g, "");
    expect(outside).not.toMatch(/<img|<script>|\]\(javascript:/);
    expect(outside).not.toMatch(/(?<![\w`])@everyone/);
  });
});
