/** Whether another provider is asked after this one failed: only when its surroundings failed, never for the work itself. */
import { CLASS_POLICY } from "../failure/classes.ts";
import { classify } from "../failure/when-failed.ts";
import { endedBadly } from "../stages/outcome.ts";
import type { StageRequest } from "../stages/port.ts";
import type { AgentReply } from "./port.ts";

/** The reason, or null when this reply stands. */
export function whyFailOver(reply: AgentReply, { signal }: StageRequest): string | null {
  const { evidence, problem } = reply;
  // A stage that used up its own time has none left for somebody else.
  if (signal.aborted || evidence.timed_out || reply.paused || !endedBadly(evidence)) return null;
  const judged = classify({
    status: "fail",
    ...(problem === undefined ? {} : { reason: problem }),
    evidence,
  });
  return CLASS_POLICY[judged.class].failover ? (problem ?? judged.why) : null;
}

export const noFailover = (provider: string): string =>
  `no failover allowed by runtime config for provider ${provider}`;
