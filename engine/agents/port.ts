/** What an agent stage needs of a model, a CLI or a script. Providers come later; keep this narrow. */
import type { Evidence, Outcome, Usage } from "../core/outcome.ts";
import type { StageRequest } from "../stages/port.ts";

export interface AgentRequest {
  readonly request: StageRequest;
  readonly prompt: string;
  /** The same text in the attempt's folder, for a process's standard input. */
  readonly promptFile: string;
  readonly env: Readonly<Record<string, string>>;
  /** Where the status contract asks for the outcome; absolute. */
  readonly statusPath: string;
}

export interface AgentReply {
  /** What the agent said; kept as response.md. */
  readonly response: string;
  readonly evidence: Evidence;
  /** Why it failed, when the evidence says that it did; a status file may say it better. */
  readonly problem?: string;
  readonly usage?: readonly Usage[];
  /** A backend that knows the outcome itself (simulation, typed failures) says it; else the status contract decides. */
  readonly outcome?: Outcome;
}

/** Honours the request's timeout and signal: when `run` settles, nothing that it started is alive. */
export interface AgentBackend {
  readonly name: string;
  /** True when no model was paid and nothing real was done: said in manifest, final and summaries (R-RUN-5). */
  readonly simulated: boolean;
  run(request: AgentRequest): Promise<AgentReply>;
}
