/** What stages that ask a model are given. */

import type { StageRequest } from "../../stages/port.ts";
import type { ToolOptions } from "../../stages/tool.ts";
import type { BackendChoice } from "../choose.ts";

export interface AgentOptions extends ToolOptions {
  readonly choose: (request: StageRequest) => BackendChoice;
}
