/** Each command-line agent, played by a script. */
import { expect, it } from "vitest";
import type { CliName } from "../../../engine/agents/cli/adapter.ts";
import { CLI_NAMES } from "../../../engine/agents/cli/adapters.ts";
import { findMarked } from "../../../engine/stages/strays.ts";
import { FAKES, type Step } from "./fakes/lines.ts";
import { type CliScene, cliScene, type Wanted } from "./scene.ts";

export const each = it.each(CLI_NAMES as CliName[]);

export const whole = (cli: CliName): Step[] => [...FAKES[cli].begin, FAKES[cli].result];

export const alive = (at: CliScene) => findMarked([`ATTRACTOR_STAGE_DIR=${at.stageDir}`], null);

export async function played(cli: CliName, plan: readonly Step[], wanted: Wanted = {}) {
  const at = cliScene(cli, { plan, ...wanted });
  const reply = await at.run();
  expect(alive(at)).toEqual([]);
  return { at, reply };
}

export const token = { provider: { auth: "github_token" as const }, deps: { githubToken: "ghs_test" } };
