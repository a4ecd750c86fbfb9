/** One attempt by a fake CLI: a real process that plays a plan, in folders of its own. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { CliName } from "../../../engine/agents/cli/adapter.ts";
import { cliBackend } from "../../../engine/agents/cli/backend.ts";
import type { CliDeps, NamedCli } from "../../../engine/agents/cli/deps.ts";
import type { AgentEvent, AgentReply, AgentRequest } from "../../../engine/agents/port.ts";
import { stageEnv } from "../../../engine/stages/env.ts";
import type { StageRequest } from "../../../engine/stages/port.ts";
import { statusPath } from "../../../engine/stages/status/paths.ts";
import { agent as agentGraph, type Scene, scene, tempDir } from "../../stages/scene.ts";
import { agentRequest } from "../request.ts";
import type { Step } from "./fakes/lines.ts";

export const FAKE_CLI = resolve(import.meta.dirname, "fakes/cli.mjs");

export interface CliScene extends Scene {
  readonly log: AgentEvent[];
  /** Where the fake can leave files: `%OUT%` in a plan. */
  readonly out: string;
  run(): Promise<AgentReply>;
  json(file: string): Record<string, unknown>;
}

export interface Wanted {
  readonly attrs?: string;
  readonly plan?: readonly Step[];
  readonly provider?: Partial<NamedCli>;
  readonly deps?: Partial<CliDeps>;
  readonly request?: Partial<StageRequest>;
  readonly agent?: Partial<AgentRequest>;
  readonly env?: Readonly<Record<string, string>>;
  readonly at?: Scene;
}

/** Two dollars a million tokens in, ten out; nothing for what has no price. */
export const price: CliDeps["price"] = (_provider, model, { input_tokens = 0, output_tokens = 0 }) =>
  model.startsWith("unpriced") ? null : (input_tokens * 2 + output_tokens * 10) / 1e6;

export function cliScene(cli: CliName, wanted: Wanted): CliScene {
  const { attrs = "", plan = [], provider, deps, request, agent, env } = wanted;
  const at = wanted.at ?? scene(agentGraph(attrs), request);
  const out = tempDir();
  const parentEnv = { ...process.env, HOME: out, FAKE_PLAN: JSON.stringify(plan), OUT: out, ...env };
  const declared = ["FAKE_PLAN", "OUT"];
  const log: AgentEvent[] = [];
  const promptFile = join(at.stageDir, "prompt.md");
  mkdirSync(at.stageDir, { recursive: true });
  writeFileSync(promptFile, "the prompt");
  const backend = cliBackend(
    { name: "prov", cli, executable: FAKE_CLI, auth: "login", passEnv: declared, ...provider },
    {
      parentEnv,
      upstream: null,
      githubToken: null,
      price,
      spendable: () => null,
      onUnknown: "block",
      sandbox: "off",
      instructionFiles: false,
      ...deps,
      limits: { idleMs: 20_000, totalMs: 60_000, graceMs: 100, ...deps?.limits },
    },
  );
  return {
    ...at,
    log,
    out,
    run: () =>
      backend.run(
        agentRequest(at.request, {
          prompt: "the prompt",
          promptFile,
          env: stageEnv(at.request, parentEnv, []),
          statusPath: statusPath(at.stageDir),
          log: (event) => log.push(event),
          ...agent,
        }),
      ),
    json: (file) => JSON.parse(readFileSync(join(at.stageDir, file), "utf8")),
  };
}
