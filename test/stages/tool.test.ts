import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ArtifactRef, readArtifact } from "../../engine/stages/artifacts.ts";
import { findMarked } from "../../engine/stages/strays.ts";
import { runTool } from "../../engine/stages/tool.ts";
import { pipelineOf, scene, tool } from "./scene.ts";

const options = { parentEnv: { ...process.env }, passEnv: [] };
const run = (at: ReturnType<typeof scene>) => runTool(at.request, options);

describe("a tool stage", () => {
  it("R-STAT-8: follows its exit code, and hands on its output and exit status", async () => {
    const at = scene(tool("pwd"));
    const result = await run(at);
    expect(result).toMatchObject({
      outcome: {
        status: "success",
        context_updates: { "tool.output": `${at.worktree}\n`, "tool.exit_status": 0 },
      },
      evidence: { exit_code: 0 },
      stageDir: "it/v1-a1",
    });
    expect(at.notes).toEqual([]);
  });

  it("R-FAIL-2: fails with what it said, not with its exit code alone", async () => {
    const result = await run(
      scene(tool("echo building; echo 'main.c:3: error: no such header' >&2; exit 2")),
    );
    expect(result.outcome).toMatchObject({
      status: "fail",
      failure_reason: "exit status 2: main.c:3: error: no such header",
      context_updates: { "tool.exit_status": 2 },
    });
  });

  it("may write a status file like an agent, on any of the paths", async () => {
    const own = scene(
      tool(`echo '{"status":"needs_work","context_updates":{"n":3}}' > "$ATTRACTOR_STATUS_PATH"`),
    );
    expect((await run(own)).outcome).toMatchObject({ status: "needs_work", context_updates: { n: 3 } });
    expect(own.notes).toEqual([{ event: "status_ingestion_decision", source: "canonical", copied: false }]);

    const old = scene(tool(`mkdir .ai; echo '{"outcome":"success"}' > "$KILROY_STAGE_STATUS_FALLBACK_PATH"`));
    expect((await run(old)).outcome.status).toBe("success");
    expect(old.notes).toMatchObject([{ source: "dot_ai", copied: true }]);
  });

  it("R-STAT-5: that claims success and exits non-zero has failed; what it claimed is kept aside", async () => {
    const at = scene(
      tool(`echo '{"status":"success"}' > "$ATTRACTOR_STATUS_PATH"; echo 'fatal: boom'; exit 1`),
    );
    const { outcome } = await run(at);
    expect(outcome.status).toBe("fail");
    expect(outcome.failure_reason).toContain("exit status 1: fatal: boom");
    expect(JSON.parse(readFileSync(join(at.stageDir, "status.json"), "utf8")).status).toBe("fail");
    expect(JSON.parse(readFileSync(join(at.stageDir, "status.received.json"), "utf8")).status).toBe(
      "success",
    );
  });

  it("R-LIVE-7: is stopped at its time limit, and says so", async () => {
    const at = scene(tool("sleep 1000"), { timeoutMs: 100 });
    const { outcome, evidence } = await run(at);
    expect(evidence.timed_out).toBe(true);
    expect(outcome.failure_reason).toBe("timed out after 100 ms, no output (command: sleep 1000)");
    expect(findMarked([`ATTRACTOR_STAGE_DIR=${at.stageDir}`], null)).toEqual([]);
  });

  it("that is canceled says by what", async () => {
    const controller = new AbortController();
    const at = scene(tool("echo up; sleep 1000"), {
      signal: controller.signal,
      activity: () => controller.abort("k_of_n: enough branches succeeded"),
    });
    const { outcome, evidence } = await run(at);
    expect(evidence.canceled).toBe(true);
    expect(outcome.failure_reason).toContain("canceled while running (k_of_n: enough branches succeeded)");
  });

  it("without a command fails and names the attribute", async () => {
    const at = scene(tool("true"));
    const stage = { ...at.request.stage, toolCommand: "  " };
    expect((await runTool({ ...at.request, stage }, options)).outcome.failure_reason).toContain(
      'tool_command="…"',
    );
  });

  it("that leaves processes behind is told about, and they are ended", async () => {
    const at = scene(tool("sleep 1000 >/dev/null 2>&1 & echo started"));
    expect((await run(at)).outcome.status).toBe("success");
    expect(at.notes).toMatchObject([{ event: "warning", code: "processes_left" }]);
    expect(findMarked([`ATTRACTOR_STAGE_DIR=${at.stageDir}`], null)).toEqual([]);
  });
});

describe("output", () => {
  it("R-CTX-4: over 100 KB becomes an artifact with name, size and digest, which can be read back", async () => {
    const at = scene(tool("seq 30000"));
    const { outcome } = await run(at);
    const ref = ArtifactRef.parse(outcome.context_updates?.["tool.output"]);
    expect(ref).toMatchObject({ name: "it-output", digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) });
    const value = await readArtifact(at.logsRoot, ref);
    expect(String(value).startsWith("1\n2\n")).toBe(true);
    expect(String(value).endsWith("29999\n30000\n")).toBe(true);
    expect(ref.size).toBe(Buffer.byteLength(JSON.stringify(value)));
    expect(existsSync(join(at.logsRoot, "artifacts", `${ref.artifact}.json`))).toBe(true);
  });

  it("R-CTX-4: up to 100 KB stays in the context", async () => {
    const { outcome } = await run(scene(tool("printf 'x%.0s' {1..100000}")));
    expect(outcome.context_updates?.["tool.output"] === "x".repeat(100_000)).toBe(true);
  });

  it("R-CTX-4: an artifact that was changed, or whose name leads elsewhere, is not read", async () => {
    const at = scene(tool("seq 30000"));
    const { outcome } = await run(at);
    const ref = ArtifactRef.parse(outcome.context_updates?.["tool.output"]);
    await expect(readArtifact(at.logsRoot, { ...ref, digest: `sha256:${"0".repeat(64)}` })).rejects.toThrow(
      "changed",
    );
    await expect(readArtifact(at.logsRoot, { ...ref, artifact: "../manifest" })).rejects.toThrow(
      "not the name",
    );
  });
});

describe("promised outputs", () => {
  const promising = (command: string, outputs: string) =>
    scene(
      pipelineOf(`it [shape=parallelogram, tool_command=${JSON.stringify(command)}, outputs="${outputs}"]`),
    );

  it("that exist let the success stand, by name or by pattern", async () => {
    const at = promising(
      "mkdir -p dist/a .ai; touch dist/a/x.js .ai/plan.md",
      "dist/**/*.js,.ai/plan.md,dist/",
    );
    expect((await run(at)).outcome.status).toBe("success");
  });

  it("that do not exist fail the stage by name, whatever words the names hold", async () => {
    const { outcome, evidence } = await run(promising("true", "out/timeout-503.log,*.txt"));
    expect(outcome).toMatchObject({
      status: "fail",
      failure_reason:
        "outputs that it promises are missing: out/timeout-503.log matches nothing; *.txt matches nothing",
    });
    expect(evidence.error_code).toBe("status_contract");
  });

  it("that point out of the worktree are refused", async () => {
    const { outcome } = await run(promising("true", "/etc/hostname,../x"));
    expect(outcome.failure_reason).toContain("/etc/hostname points out of the worktree");
    expect(outcome.failure_reason).toContain("../x points out of the worktree");
  });

  it("of a stage that failed are not asked for", async () => {
    const { outcome } = await run(promising("echo 'error: x'; exit 1", "missing.txt"));
    expect(outcome.failure_reason).toBe("exit status 1: error: x");
  });
});
