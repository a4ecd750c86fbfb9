/** Any command as an agent: the prompt on standard input, the answer on standard output, the status contract as for all. */
import { Usage } from "../core/outcome.ts";
import { noteProcess } from "../stages/attempt.ts";
import { declaredEnv, type ParentEnv } from "../stages/inherit-env.ts";
import { runProcess } from "../stages/process.ts";
import { failureReason } from "../stages/reason.ts";
import { endedBadly } from "../stages/status/judge.ts";
import { cutEnd } from "../stages/text.ts";
import type { AgentBackend, AgentReply, AgentRequest } from "./port.ts";

export interface CommandProvider {
  readonly provider: string;
  readonly command: string;
  /** Names of variables that this provider alone is given. */
  readonly passEnv: readonly string[];
}

export function commandBackend(
  { provider, command, passEnv }: CommandProvider,
  parentEnv: ParentEnv,
): AgentBackend {
  return {
    name: "command",
    simulated: false,
    async run({ request, prompt, env }: AgentRequest): Promise<AgentReply> {
      const { stage, stageDir, worktree, timeoutMs, signal } = request;
      const result = await runProcess({
        file: "bash",
        args: ["-c", command],
        cwd: worktree,
        env: { ...declaredEnv(parentEnv, passEnv), ...env },
        input: prompt,
        timeoutMs,
        signal,
        logDir: stageDir,
        mark: `ATTRACTOR_STAGE_DIR=${stageDir}`,
        activity: request.activity,
      });
      noteProcess(request, result);
      const { response, usage, unreadable } = readUsage(result.stdout.text(), provider);
      for (const line of unreadable) {
        request.note({ event: "warning", code: "usage_unreadable", message: `${stage.id} printed ${line}` });
      }
      return {
        response,
        usage,
        evidence: result.evidence,
        ...(endedBadly(result.evidence)
          ? { problem: failureReason({ ...result, timeoutMs, command, abortReason: signal.reason }) }
          : {}),
      };
    },
  };
}

const USAGE_LINE = /^\{"attractor_usage":.*\}[ \t\r]*$/gm;

/** What it cost, when the command says so in a line `{"attractor_usage": {…}}`; else spent, but nobody knows how much. */
function readUsage(output: string, provider: string) {
  const lines = output.match(USAGE_LINE) ?? [];
  const parsed = lines.map((line) => ({ line, usage: parseUsage(line) }));
  const known = parsed.flatMap(({ usage }) => (usage === null ? [] : [{ provider, ...usage }]));
  return {
    response: output.replace(USAGE_LINE, "").trimEnd(),
    usage: known.length > 0 ? known : [{ provider, cost_usd: null }],
    unreadable: parsed.flatMap(({ line, usage }) => (usage === null ? [cutEnd(line, 500)] : [])),
  };
}

function parseUsage(line: string): Usage | null {
  try {
    return Usage.parse((JSON.parse(line) as { attractor_usage: unknown }).attractor_usage);
  } catch {
    return null;
  }
}
