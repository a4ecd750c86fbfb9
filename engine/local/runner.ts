/** What each kind of stage does on this machine. Custom handlers of the library come first (R-LANG-7). */
import { z } from "zod";
import { backendFor } from "../agents/choose.ts";
import type { Script } from "../agents/simulate-script.ts";
import type { Config } from "../config/schema.ts";
import { runAgent } from "../stages/agent.ts";
import { runFanIn } from "../stages/fan-in.ts";
import type { ParentEnv } from "../stages/inherit-env.ts";
import type { StageRequest, StageRunner } from "../stages/port.ts";
import { runTool } from "../stages/tool.ts";
import type { BranchWork, Workspaces } from "./workspaces.ts";

export interface RunnerOptions {
  readonly config: Config;
  readonly simulation: Script | null;
  readonly parentEnv: ParentEnv;
  readonly handlers: ReadonlyMap<string, StageRunner>;
  readonly manager: StageRunner;
  readonly merge: Workspaces["merge"];
}

export function stageRunner(options: RunnerOptions): StageRunner {
  const { config, simulation, parentEnv } = options;
  const tools = { parentEnv, passEnv: config.pass_env };
  const agents = {
    ...tools,
    choose: (request: StageRequest) => backendFor(request.stage, { config, simulation, parentEnv }),
  };
  return async (request) => {
    const { stage } = request;
    const custom = options.handlers.get(stage.customType ?? stage.handler);
    if (custom) return caught(custom, request);
    switch (stage.handler) {
      case "tool":
        return runTool(request, tools);
      case "parallel.fan_in":
        return runFanIn(request, {
          ...agents,
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

/** The commits of the branches that count, in the order given. */
function workOf(request: StageRequest, keys: readonly string[]): BranchWork[] {
  const results = z
    .array(z.object({ key: z.string(), commit: z.string() }))
    .catch([])
    .parse(request.context["parallel.results"]);
  return keys.flatMap((key) => {
    const commit = results.find((result) => result.key === key)?.commit ?? "";
    return commit === "" ? [] : [{ key, commit }];
  });
}

/** A handler that throws has failed; the run goes on by its edges (specification 4.12). */
async function caught(handler: StageRunner, request: StageRequest) {
  const started = performance.now();
  try {
    return await handler(request);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return {
      outcome: {
        status: "fail",
        failure_reason: `the handler ${request.stage.customType ?? request.stage.handler} threw: ${said}`,
      },
      evidence: { error_code: "handler_threw" },
      durationMs: performance.now() - started,
    };
  }
}
