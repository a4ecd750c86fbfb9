/** One attempt in folders of its own: a real graph, a worktree, everything the port promises. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import type { Pipeline } from "../../engine/graph/pipeline.ts";
import { prepare } from "../../engine/graph/prepare.ts";
import type { StageNote, StageRequest } from "../../engine/stages/port.ts";

export interface Scene {
  readonly request: StageRequest;
  readonly notes: StageNote[];
  readonly worktree: string;
  readonly stageDir: string;
  readonly logsRoot: string;
  /** Writes a file below the worktree. */
  readonly put: (path: string, content: string) => void;
  /** The worktree is a repository from the first call on. */
  readonly git: (...args: string[]) => string;
  readonly abort: (reason?: unknown) => void;
}

/** One node between start and exit; further statements may follow. */
export const pipelineOf = (node: string, more = ""): Pipeline =>
  compiled(`${node}
    start -> it
    it -> exit [condition="outcome=success"]
    it -> it [condition="outcome!=success"]
    ${more}`);

/** A fan-in of two branches. */
export const fanIn = (attrs = ""): Pipeline =>
  compiled(`it [shape=tripleoctagon ${attrs}]
    fan [shape=component]
    a [shape=parallelogram, tool_command="true"]
    b [shape=parallelogram, tool_command="true"]
    start -> fan
    fan -> a
    fan -> b
    a -> it
    b -> it
    it -> exit [condition="outcome=success"]
    it -> fan [condition="outcome=fail"]`);

function compiled(statements: string): Pipeline {
  const { pipeline, diagnostics } = prepare(`digraph g {
    goal="Ship it"
    max_node_visits=9
    start [shape=Mdiamond]
    exit [shape=Msquare]
    ${statements}
  }`);
  if (pipeline === null) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return pipeline;
}

export const tool = (command: string, attrs = ""): Pipeline =>
  pipelineOf(`it [shape=parallelogram, tool_command=${JSON.stringify(command)} ${attrs}]`);

export const agent = (attrs = ""): Pipeline => pipelineOf(`it [prompt="Do the work" ${attrs}]`);

export function tempDir(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "stage-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function scene(pipeline: Pipeline, changes: Partial<StageRequest> = {}): Scene {
  const root = tempDir();
  const worktree = join(root, "worktree");
  const logsRoot = join(root, "run");
  const stageDir = join(logsRoot, "it", "v1-a1");
  for (const folder of [worktree, stageDir]) mkdirSync(folder, { recursive: true });
  const run = (args: readonly string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", ...args], {
      cwd: worktree,
      encoding: "utf8",
    });
  const git = (...args: string[]) => {
    if (!existsSync(join(worktree, ".git"))) run(["init", "-q"]);
    return run(args);
  };
  const notes: StageNote[] = [];
  const controller = new AbortController();
  const request: StageRequest = {
    runId: "RUN1",
    pipeline,
    stage: pipeline.stages.get("it")!,
    branchKey: null,
    visit: 1,
    attempt: 1,
    context: {},
    inputs: {},
    predecessor: null,
    logsRoot,
    stageDir,
    worktree,
    timeoutMs: null,
    signal: controller.signal,
    note: (note) => notes.push(note),
    activity: () => {},
    ...changes,
  };
  const put = (path: string, content: string) => {
    mkdirSync(dirname(join(worktree, path)), { recursive: true });
    writeFileSync(join(worktree, path), content);
  };
  return {
    request,
    notes,
    worktree,
    stageDir,
    logsRoot,
    put,
    git,
    abort: (reason) => controller.abort(reason),
  };
}

/** The same node's next attempt, in the same tree. */
export function nextAttempt(before: Scene, attempt = 2): Scene {
  const stageDir = join(before.logsRoot, "it", `v1-a${attempt}`);
  mkdirSync(stageDir, { recursive: true });
  return { ...before, stageDir, request: { ...before.request, stageDir, attempt } };
}
