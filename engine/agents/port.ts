/** What an agent stage needs of a model, a CLI or a script. Providers come later; keep this narrow. */
import type { Evidence, Outcome, Usage } from "../core/outcome.ts";
import type { StageRequest } from "../stages/port.ts";

export interface AgentRequest {
  readonly request: StageRequest;
  readonly prompt: string;
  readonly env: Readonly<Record<string, string>>;
  /** Where the status contract asks for the outcome; absolute. */
  readonly statusPath: string;
}

export interface AgentReply {
  /** What the agent said; kept as response.md. */
  readonly response: string;
  readonly evidence: Evidence;
  readonly usage?: readonly Usage[];
  /** A backend that knows the outcome itself (simulation, typed failures) says it; else the status contract decides. */
  readonly outcome?: Outcome;
}

export interface AgentBackend {
  readonly name: string;
  /** True when no model was paid and nothing real was done: said in manifest, final and summaries (R-RUN-5). */
  readonly simulated: boolean;
  run(request: AgentRequest): Promise<AgentReply>;
}
