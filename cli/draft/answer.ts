/** One answer of a configured model: the same way to it that an agent stage takes, in a folder that is thrown away. */
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { backendFor } from "../../engine/agents/choose.ts";
import { runAgent } from "../../engine/agents/stage/run.ts";
import type { Config } from "../../engine/config/schema.ts";
import type { Pipeline } from "../../engine/graph/pipeline.ts";
import { prepare } from "../../engine/graph/prepare.ts";
import type { ParentEnv } from "../../engine/stages/inherit-env.ts";
import { graphIn } from "./extract.ts";

export interface Answering {
  readonly folder: string;
  readonly config: Config;
  /** Named by the user where several are declared. */
  readonly provider: string | null;
  readonly env: ParentEnv;
  readonly signal: AbortSignal;
}

/** Raised when no model could be asked, or it gave no answer. */
class NoAnswer extends Error {
  override readonly name = "NoAnswer";
  readonly fix = "attractor preflight says what a provider needs; docs/agents.md says how one is declared";
}

const STAGE = "draft";
const TIMEOUT_MS = 15 * 60_000;

/** The graph that a provider is checked by and chosen for: one agent stage. */
export function askingPipeline(provider: string | null): Pipeline {
  const by = provider === null ? "" : `, llm_provider=${JSON.stringify(provider)}`;
  const source = `digraph drafting { goal="Write a graph"; start [shape=Mdiamond]; exit [shape=Msquare]
    ${STAGE} [prompt="Write a graph", auto_status=true${by}]
    start -> ${STAGE}; ${STAGE} -> exit [condition="outcome=success"] }`;
  return prepare(source).pipeline!;
}

/** The text of the answer, or of the file that the agent wrote in its place. */
export async function answerTo(prompt: string, round: number, asked: Answering): Promise<string> {
  const pipeline = askingPipeline(asked.provider);
  const stageDir = join(asked.folder, `round-${round}`);
  const worktree = join(stageDir, "work");
  await mkdir(worktree, { recursive: true });
  const { config, env } = asked;
  const result = await runAgent(
    {
      runId: "draft",
      pipeline,
      stage: pipeline.stages.get(STAGE)!,
      branchKey: null,
      visit: round,
      attempt: 1,
      context: {},
      inputs: {},
      predecessor: null,
      logsRoot: asked.folder,
      stageDir,
      worktree,
      timeoutMs: TIMEOUT_MS,
      signal: asked.signal,
      note: () => undefined,
      activity: () => undefined,
    },
    {
      parentEnv: env,
      passEnv: config.pass_env,
      choose: (request) => backendFor(request, { config, simulation: null, parentEnv: env }),
    },
    prompt,
  );
  const { status, failure_reason } = result.outcome;
  if (status !== "success") throw new NoAnswer(failure_reason ?? `the model ended ${status}`);
  const response = await readFile(join(stageDir, "response.md"), "utf8");
  // Command-line agents write files where they can, whatever they are asked to answer.
  const [file] = (await readdir(worktree)).filter((name) => /\.(?:dot|gv)$/.test(name));
  return file === undefined || graphIn(response) !== null ? response : readFile(join(worktree, file), "utf8");
}
