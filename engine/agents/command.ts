/** Any command as an agent: the prompt on standard input, the answer on standard output, the status contract as for all. */
import { Usage } from "../core/outcome.ts";
import { declaredEnv, type ParentEnv } from "../stages/inherit-env.ts";
import { runShell } from "../stages/shell.ts";
import { cutEnd } from "../stages/text.ts";
import { openEnclosed, type Sandbox } from "./confine/sandbox.ts";
import { misconfigured } from "./misconfigured.ts";
import type { AgentBackend, AgentReply, AgentRequest } from "./port.ts";

export interface CommandProvider {
  readonly provider: string;
  readonly command: string;
  /** Names of variables that this provider alone is given. */
  readonly passEnv: readonly string[];
  /** It is the author's own and may keep what it needs anywhere: confined only where that is required, or hosts are listed. */
  readonly sandbox: Sandbox;
  /** Hosts that it may speak to; all when absent. */
  readonly egress?: readonly string[] | null;
}

export function commandBackend(
  { provider, command, passEnv, sandbox, egress = null }: CommandProvider,
  parentEnv: ParentEnv,
): AgentBackend {
  return {
    name: "command",
    simulated: false,
    async run({ request, promptFile, env, statusPath }: AgentRequest): Promise<AgentReply> {
      const all = { ...declaredEnv(parentEnv, passEnv), ...env };
      const wanted = sandbox === "required" || egress !== null ? sandbox : "off";
      const opened = await openEnclosed({
        ...{ request, env: all, sandbox: wanted },
        ...{ what: `the command of ${provider}`, write: [], statusPath, endsWithParent: false, egress },
      });
      if (!opened.ok) return misconfigured(opened.problem);
      const { room } = opened;
      const ended = runShell(request, { command, env: all, inputFile: promptFile, room });
      const { stdout, evidence, problem } = await ended.finally(() => room?.leave());
      const { response, usage, unreadable } = readUsage(stdout.text(), provider);
      if (unreadable.length > 0) {
        const told = unreadable.slice(0, UNREADABLE_TOLD).join("; ");
        const message = `${request.stage.id} printed ${unreadable.length} times what is no usage: ${told}`;
        request.note({ event: "warning", code: "usage_unreadable", message });
      }
      return { response, usage, evidence, ...(problem === null ? {} : { problem }) };
    },
  };
}

const UNREADABLE_TOLD = 3;
/** A call may report in steps; what comes in more lines than this is no report, and its cost is not known. */
const MOST_LINES = 1_000;

const USAGE_LINE = /^\{"attractor_usage":.*\}[ \t\r]*$/gm;

/** What it cost, when the command says so in a line `{"attractor_usage": {…}}`; else spent, but nobody knows how much. */
function readUsage(output: string, provider: string) {
  const found = output.match(USAGE_LINE) ?? [];
  const lines = found.length > MOST_LINES ? [] : found;
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
    return Usage().parse((JSON.parse(line) as { attractor_usage: unknown }).attractor_usage);
  } catch {
    return null;
  }
}
