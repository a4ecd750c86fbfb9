import type { AgentRequest, Steering } from "../../engine/agents/port.ts";
import { settingsOf } from "../../engine/agents/settings.ts";
import type { StageRequest } from "../../engine/stages/port.ts";

/** Said by people, once. */
export function saying(...words: string[]): Steering {
  return { take: async () => words.splice(0), answered: () => undefined };
}

/** Whole, with nothing asked for beyond the stage's own attributes. */
export const agentRequest = (
  request: StageRequest,
  given: Pick<AgentRequest, "promptFile" | "env" | "statusPath"> & Partial<AgentRequest>,
): AgentRequest => ({
  request,
  prompt: "",
  settings: settingsOf(request.stage),
  session: null,
  steering: saying(),
  log: () => undefined,
  ...given,
});
