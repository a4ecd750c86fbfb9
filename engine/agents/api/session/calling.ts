/** What a tool call of a model is made with, and what it gave. */
import type { AgentEvent, ModelSettings } from "../../port.ts";
import type { ToolHost } from "../tools/host.ts";

export interface Calling {
  readonly host: ToolHost;
  /** Names of the tools that this model is offered. */
  readonly tools: readonly string[];
  readonly settings: ModelSettings;
  readonly signal: AbortSignal;
  /** Before anything is cut. */
  readonly mask: (text: string) => string;
  readonly log: (event: AgentEvent) => void;
}
