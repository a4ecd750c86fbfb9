/** Workflow runs and their jobs as the world keeps them, and what may go wrong with them. */
import type { HopInput } from "../../github/coordinator/ports.ts";
import type { JobSpec, Result } from "./dag.ts";
import type { Life } from "./time.ts";

/** One job of an attempt; a leg has its value of the matrix. */
export interface SimJob {
  readonly spec: JobSpec;
  readonly run: SimRun;
  readonly attempt: number;
  readonly leg: string | null;
  /** What the round before handed on. */
  readonly given: { readonly go: string };
  readonly life: Life;
  /** What a cancel sends to its process. */
  readonly cancel: AbortController;
  begun: number | null;
  result: Result | null;
  go: string;
}

export interface JobNode {
  readonly spec: JobSpec;
  status: "waiting" | "running" | "done";
  /** As `needs` tells it: a branch that was lost fails nothing. */
  result: Result | null;
  raw: Result | null;
  go: string;
  jobs: readonly SimJob[];
}

export interface SimRun {
  readonly id: string;
  readonly input: HopInput | null;
  attempt: number;
  completed: boolean;
  conclusion: string | null;
  /** Somebody cancelled this attempt. */
  canceled: boolean;
  forced: boolean;
  /** Something happened to a job of this attempt that is none of its own doing. */
  mishap: boolean;
  mode: "all" | "failed";
  /** Of this attempt. */
  begunAt: number;
  endedAt: number;
  nodes: Map<string, JobNode>;
  before: Map<string, JobNode>;
}

export interface GitHubFaults {
  readonly dispatchLost: number;
  readonly dispatchDoubled: number;
  readonly answerLost: number;
  readonly startupFailure: number;
  /** A job's output that holds a masked value does not arrive. */
  readonly goDropped: number;
  /** A runner that never came: `cancelled`, and nobody cancelled. */
  readonly neverCame: number;
  /** A failed job of an earlier attempt lends its output to the next one (runner#2598). */
  readonly staleOutput: number;
  /** `cancelled()` is false for `next` after a cancel (runner#3041). */
  readonly cancelUnseen: number;
}

/** How a job ended. */
export interface Ended {
  readonly result: "success" | "failure" | "cancelled";
  readonly go: string;
}
