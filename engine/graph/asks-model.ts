import type { Stage } from "./pipeline.ts";

/** Stages that ask a model, which is paid: agents, and a fan-in that is told how to rank. */
export const asksModel = ({ handler, prompt, customType }: Stage): boolean =>
  customType === null && (handler === "agent" || (handler === "parallel.fan_in" && prompt.trim() !== ""));
