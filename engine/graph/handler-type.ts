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
