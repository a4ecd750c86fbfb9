/** Which conversation a stage goes on with, under fidelity `full` (specification 5.4). Pure. */
import type { Pipeline, Stage } from "../../graph/pipeline.ts";

export interface Arrival {
  readonly pipeline: Pipeline;
  readonly stage: Stage;
  /** The edge that led here. */
  readonly via: number | null;
  readonly previous: string | null;
  /** A restart begins its conversations anew. */
  readonly restarts: number;
}

/** Node, edge, graph, first class, the node before, itself: the first that says something. */
export function threadOf({ pipeline, stage, via, previous, restarts }: Arrival): string {
  const edge = (pipeline.into.get(stage.id) ?? []).find(({ index }) => index === via);
  const key =
    stage.threadId ?? edge?.threadId ?? pipeline.defaultThread ?? stage.classes[0] ?? previous ?? stage.id;
  return restarts === 0 ? key : `${key}#${restarts}`;
}
