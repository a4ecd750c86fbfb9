/** What the coordinator needs of the world. The Probot app, jobs and the simulation each bring their own. */

import type { Clock } from "../../engine/clock.ts";
import type { GateEffect } from "../../engine/core/effects.ts";
import type { EventOf } from "../../engine/core/events.ts";
import type { RunState } from "../../engine/core/state.ts";
import { FixableError } from "../../engine/fixable-error.ts";
import type { Pipeline } from "../../engine/graph/pipeline.ts";
import type { Ledger } from "../../engine/ledger/port.ts";
import type { ReadPinned } from "../api/contents.ts";
import type { Folded } from "./folded-state.ts";

/** The one opaque input by which a dispatched workflow run knows what it is for. */
export interface HopInput {
  readonly v: 1;
  readonly run: string;
  readonly hop: number;
  readonly epoch: number;
  readonly tip: string;
}

/** In a hop's place: leave the end of that run as an artifact. The title is made of the same keys. */
export interface FinalInput {
  readonly v: 1;
  readonly run: string;
  readonly final: true;
  readonly hop: "final";
  readonly epoch: 1;
}

export interface WorkflowRun {
  readonly id: string;
  readonly attempt: number;
  readonly completed: boolean;
  /** GitHub's word: success, failure, cancelled, timed_out, startup_failure, … */
  readonly conclusion: string | null;
  readonly url: string;
}

/** Raised when a dispatch was refused for good: the same call would be refused again. */
export class DispatchRefused extends FixableError {
  override readonly name = "DispatchRefused";
}

export interface ActionsPort {
  /** At least once is enough: the claim makes it exactly once. Rejects with DispatchRefused, or with anything when nobody knows. */
  dispatch(started: EventOf<"run_started">, input: HopInput): Promise<void>;
  /** Asks for a job that leaves the final of a run that has ended as an artifact. Rejects like `dispatch`. */
  deliver(started: EventOf<"run_started">): Promise<void>;
  /** A workflow run that was dispatched for this hop, as far as can be found. */
  find(started: EventOf<"run_started">, hop: { hop: number; epoch: number }): Promise<WorkflowRun | null>;
  get(id: string): Promise<WorkflowRun | null>;
  /** Whether somebody cancelled it. A conclusion `cancelled` alone may be a job that was out of time, or never had a runner. */
  wasCanceled(id: string): Promise<boolean>;
  /** How a reviewer of an environment refused it; null where none did. */
  refusal(id: string): Promise<string | null>;
  /** Whether its last trunk job that ended well named jobs to come, and none came: its output did not arrive. */
  unheard(id: string): Promise<boolean>;
  cancel(id: string): Promise<void>;
  forceCancel(id: string): Promise<void>;
}

/** What the log tells beyond the state. */
export interface LogFacts {
  /** Head SHAs that questions were asked about, oldest first. */
  readonly heads: ReadonlySet<string>;
  /** All lines of the log. */
  readonly events: Iterable<unknown>;
}

/** Each open run costs looks and runners; more than a team can watch is an accident. */
export const MOST_OPEN = 20;

/** Where a repository's configuration is, when a run does not say. */
export const CONFIG_PATH = ".github/attractor.yml";

/** The repository's other runs, for a manager whose child is one of them. */
export interface ChildPorts {
  readonly ledger: (runId: string) => Ledger;
  readonly readAt: (sha: string) => ReadPinned;
  /** Ids of the runs that have not ended. */
  readonly openRuns: () => Promise<readonly string[]>;
}

export interface CoordinatorPorts {
  readonly ledger: Ledger;
  /** Who this is. A run names its coordinator, and for another one it is only shown. Absent: whoever the run names. */
  readonly who?: "app" | "workflow";
  readonly actions: ActionsPort;
  readonly clock: Clock;
  readonly children: ChildPorts;
  /** The graph that the run began with, from its pinned commit, its digest checked. */
  readonly pipeline: (started: EventOf<"run_started">) => Promise<Pipeline>;
  /** The state at a snapshot; who looks again and again remembers the last one. */
  readonly folded?: Folded;
  /** Tells people: sticky comment, check. Called with every state that changed something for them. */
  readonly speak: (state: RunState, pipeline: Pipeline, told: LogFacts) => Promise<void>;
  /** The pull request's head now; a question is bound to it. Absent or null: there is none to bind to. */
  readonly head?: (started: EventOf<"run_started">) => Promise<string | null>;
  /** That somebody looks at the run later: before a hop is dispatched and before a question is left. Absent: this one looks again. */
  readonly ensureSweeps?: () => Promise<void>;
  /** A question has waited for half of its time; called once per question. */
  readonly remind?: (state: RunState, waiting: GateEffect) => Promise<void>;
  /** What this process tried, and when; losing it costs at most a duplicate dispatch that recognises itself. */
  readonly tried: Map<string, number>;
}
