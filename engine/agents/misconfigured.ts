import type { AgentReply } from "./port.ts";

/** Nothing was asked: what is missing or wrong here a person has to fix. */
export const misconfigured = (problem: string): AgentReply => ({
  response: "",
  evidence: { error_code: "configuration" },
  problem,
});
