import type { Pipeline } from "../../engine/graph/pipeline.ts";

/** Whether a stage goes on with a conversation of another one. */
export const hasThreads = ({ stages, into, defaultFidelity }: Pipeline): boolean =>
  defaultFidelity === "full" ||
  [...stages.values()].some(({ fidelity }) => fidelity === "full") ||
  [...into.values()].some((edges) => edges.some(({ fidelity }) => fidelity === "full"));
