/** What a node can be run by. */

export type HandlerType =
  | "start"
  | "exit"
  | "agent"
  | "tool"
  | "conditional"
  | "wait.human"
  | "parallel"
  | "parallel.fan_in"
  | "stack.manager_loop";

/** What runs something, and ends with an outcome of its own. */
export const WORKERS: ReadonlySet<HandlerType> = new Set(["agent", "tool", "stack.manager_loop"]);
