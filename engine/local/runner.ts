/** What each kind of stage does on this machine. Custom handlers of the library come first (R-LANG-7). */
import * as z from "zod/mini";
import type { AtBase } from "../agents/base-ref.ts";
import { backendFor } from "../agents/choose.ts";
import type { Script } from "../agents/simulate-script.ts";
import { simulatedTool } from "../agents/simulate-tool.ts";
import { rankByAgent } from "../agents/stage/rank.ts";
import { runAgent } from "../agents/stage/run.ts";
import type { Config } from "../config/schema.ts";
import { type AttemptResult, Outcome, Usage } from "../core/outcome.ts";
import { Evidence } from "../failure/evidence.ts";
import { messageOf } from "../message-of.ts";
import { runFanIn } from "../stages/fan-in.ts";
import type { ParentEnv } from "../stages/inherit-env.ts";
import type { StageRequest, StageRunner } from "../stages/port.ts";
import { runTool } from "../stages/tool.ts";
import type { WorkspaceBranch, Workspaces } from "./workspaces.ts";

export interface RunnerOptions {
  readonly config: Config;
  readonly simulation: Script | null;
  readonly parentEnv: ParentEnv;
  readonly handlers: ReadonlyMap<string, StageRunner>;
  readonly manager: StageRunner;
  readonly merge: Workspaces["merge"];
  readonly base?: AtBase;
}

export function stageRunner(options: RunnerOptions): StageRunner {
  const { config, simulation, parentEnv, base } = options;
  const backends = {
    ...{ config, simulation, parentEnv },
    ...(base === undefined ? {} : { base }),
  };
  const tools = { parentEnv, passEnv: config.pass_env };
  const agents = {
    ...tools,
    choose: (request: StageRequest) => backendFor(request, backends),
  };
  return async (request) => {
    const { stage } = request;
    const custom = options.handlers.get(stage.customType ?? stage.handler);
    if (custom) return caught(custom, request);
    switch (stage.handler) {
      case "tool":
        return simulatedTool(request, simulation) ?? runTool(request, tools);
      case "parallel.fan_in":
        return runFanIn(request, {
          rank: (ranked, candidates) => rankByAgent(ranked, agents, candidates),
          merge: (policy, keys, winner) =>
            options.merge(request.branchKey ?? "", policy, workOf(request, keys), winner),
        });
      case "stack.manager_loop":
        return options.manager(request);
      default:
        return runAgent(request, agents);
    }
  };
}

const Brought = z.catch(z.array(z.object({ key: z.string(), commit: z.string() })), []);

/** The commits of the branches that count, in the order given. */
function workOf(request: StageRequest, keys: readonly string[]): WorkspaceBranch[] {
  const results = Brought.parse(request.context["parallel.results"]);
  return keys.flatMap((key) => {
    const commit = results.find((result) => result.key === key)?.commit ?? "";
    return commit === "" ? [] : [{ key, commit }];
  });
}

/** What a handler of somebody else's must give back to be recorded, and to be read again by whoever resumes. */
const Result = z.object({
  outcome: Outcome(),
  evidence: z._default(Evidence(), {}),
  durationMs: z.number().check(z.nonnegative()),
  usage: z.optional(z.array(Usage())),
  commit: z.optional(z.string()),
  unknownFields: z.optional(z.array(z.string())),
});

/** A circle has the right type and no end. */
function unwritable(value: unknown): string | null {
  try {
    JSON.stringify(value);
    return null;
  } catch (error) {
    return String(error);
  }
}

/** A handler that throws, or gives back what is no result, has failed; the run goes on by its edges (specification 4.12). */
async function caught(handler: StageRunner, request: StageRequest): Promise<AttemptResult> {
  const started = performance.now();
  const failed = (problem: string, code: string): AttemptResult => ({
    outcome: {
      status: "fail",
      failure_reason: `the handler ${request.stage.customType ?? request.stage.handler} ${problem}`,
    },
    evidence: { error_code: code },
    durationMs: performance.now() - started,
  });
  try {
    const given = Result.safeParse(await handler(request));
    const problem = given.success ? unwritable(given.data) : z.prettifyError(given.error);
    if (given.success && problem === null) return given.data as AttemptResult;
    return failed(`gave back no result: ${problem}`, "status_contract");
  } catch (error) {
    return failed(`threw: ${messageOf(error)}`, "handler_threw");
  }
}
