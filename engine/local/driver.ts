/** What drives a run is given, and what it hands back. */

import type { Clock } from "../clock.ts";
import type { RunState } from "../core/state.ts";
import type { DriveEnd } from "../drive/drive.ts";
import type { Watcher } from "../drive/log.ts";
import type { Pipeline } from "../graph/pipeline.ts";
import type { PrepareOptions } from "../graph/prepare.ts";
import type { Final } from "../ledger/projections/final.ts";
import type { Live } from "../ledger/projections/live.ts";
import type { Interviewer } from "../stages/human/question.ts";
import type { StageRunner } from "../stages/port.ts";

export interface DriverOptions {
  readonly answers: ReadonlyMap<string, string[]>;
  readonly interviewer: Interviewer | null;
  readonly cancel: AbortSignal;
  readonly watch?: Watcher;
  readonly clock?: Clock;
  /** Custom handlers of the library, by `type`. */
  readonly handlers?: ReadonlyMap<string, StageRunner>;
  readonly prepare?: PrepareOptions;
  /** Of a manager's child: the run that started it all, which its stages are known by too. */
  readonly rootRunId?: string;
  /** Executables may be stand-ins for the CLIs. */
  readonly allowTestShim?: boolean;
  /** Environment from which stages inherit what is harmless. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface RunReport {
  readonly root: string;
  readonly runId: string;
  readonly why: DriveEnd;
  readonly live: Live;
  readonly final: Final | null;
  /** What could not be recorded elsewhere; it is no failure of the run. */
  readonly unrecorded?: string;
  /** Where it stands, for whoever reports it. */
  readonly run: { readonly state: RunState; readonly pipeline: Pipeline };
}
