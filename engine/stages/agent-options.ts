/** What stages that ask a model are given. */
import type { BackendChoice } from "../agents/choose.ts";
import type { StageRequest } from "./port.ts";
import type { ToolOptions } from "./tool.ts";

export interface AgentOptions extends ToolOptions {
  readonly choose: (request: StageRequest) => BackendChoice;
}
