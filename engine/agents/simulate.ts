/** Stages without a model: what the script says happens, else what the edges offer; all around it is real. */
import { normalize, relative, sep } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Outcome } from "../core/outcome.ts";
import type { Evidence } from "../failure/evidence.ts";
import { writeBelow, writeNewFile } from "../git/plain-file.ts";
import { canonicalStatus } from "../graph/statuses.ts";
import type { StageRequest } from "../stages/port.ts";
import { because } from "../stages/reason.ts";
import { fallbackPaths } from "../stages/status/paths.ts";
import type { AgentBackend, AgentReply } from "./port.ts";
import { type Script, type ScriptStep, stepFor } from "./simulate-script.ts";
import { unscripted } from "./unscripted.ts";

export function simulateBackend(script: Script): AgentBackend {
  return {
    name: "simulate",
    simulated: true,
    run: async (agent) => {
      const { stage, visit, attempt } = agent.request;
      const step = stepFor(script, stage.id, visit, attempt) ?? unscripted(agent.request);
      return playStep(agent.request, agent.statusPath, step);
    },
  };
}

export async function playStep(
  request: StageRequest,
  canonical: string,
  step: ScriptStep,
): Promise<AgentReply> {
  const response = step.response ?? `[Simulated] Response for stage: ${request.stage.id}`;
  const stopped = await wait(request, step.delay_ms ?? 0);
  if (stopped !== null) return { response: "", ...stopped };

  for (const [path, content] of Object.entries(step.files ?? {}))
    writeBelow(request.worktree, normalize(path).split(sep), content);
  if (step.status_file) {
    const { at, content } = step.status_file;
    const text = typeof content === "string" ? content : JSON.stringify(content);
    if (at === "canonical") await writeNewFile(canonical, text);
    else {
      const path = relative(request.worktree, fallbackPaths(request.worktree)[at]);
      writeBelow(request.worktree, path.split(sep), text);
    }
  }
  request.activity(Buffer.byteLength(response));
  const outcome = outcomeOf(step, request.stage.id);
  return {
    response,
    evidence: step.evidence ?? {},
    ...(step.usage === undefined ? {} : { usage: [step.usage].flat() }),
    ...(outcome === null ? {} : { outcome }),
  };
}

function outcomeOf(step: ScriptStep, node: string): Outcome | null {
  const { response: _r, delay_ms: _d, files: _f, status_file: _s, usage: _u, evidence: _e, ...said } = step;
  if (said.status === undefined) return null;
  const status = canonicalStatus(said.status);
  const failed = status === "fail" || status === "retry";
  const reason = failed
    ? { failure_reason: said.failure_reason ?? `${node} is scripted to end ${status}` }
    : {};
  return { ...said, status, ...reason };
}

/** Null when the delay passed; else how it was cut short. */
async function wait({ signal, timeoutMs }: StageRequest, delayMs: number): Promise<Stopped | null> {
  const canceled = (): Stopped => ({
    evidence: { canceled: true },
    problem: `canceled while running${because(signal.reason)}`,
  });
  if (signal.aborted) return canceled();
  const late = timeoutMs !== null && timeoutMs < delayMs;
  try {
    await sleep(late ? timeoutMs : delayMs, undefined, { signal });
  } catch {
    return canceled();
  }
  return late ? { evidence: { timed_out: true }, problem: `timed out after ${timeoutMs} ms` } : null;
}

interface Stopped {
  readonly evidence: Evidence;
  readonly problem: string;
}
