/** A simulated world, as those see it who live in it. */
import type { StageEffect } from "../../engine/core/effects.ts";
import type { RunEvent } from "../../engine/core/events.ts";
import type { AttemptResult } from "../../engine/core/outcome.ts";
import { isReadOnlyStage, type ReadOnly } from "../../engine/core/read-only-stages.ts";
import type { Pipeline } from "../../engine/graph/pipeline.ts";
import type { LedgerEvent } from "../../engine/ledger/port.ts";
import type { CoordinatorPorts } from "../../github/coordinator/ports.ts";
import type { SimGitHub } from "./github.ts";
import type { LedgerFaults, Refs, SimLedger } from "./ledgers.ts";
import type { Chance } from "./random.ts";
import type { Life, SimTime } from "./time.ts";

export interface SimWorld {
  readonly seed: number;
  readonly pipeline: Pipeline;
  readonly coordinator: "workflow" | "app";
  /** Which stages jobs run that may only read. */
  readonly readOnly: ReadOnly;
  /** People are told of the end: there is a pull request. */
  readonly tells: boolean;
  readonly budgetUsd: number | null;
  readonly time: SimTime;
  readonly chance: Chance;
  readonly refs: Refs;
  readonly github: SimGitHub;
  readonly faults: LedgerFaults;
  readonly lossRate: number;
  /** How many of the lost jobs live on. */
  readonly zombieRate: number;
  /** GitHub kills a job that takes longer. */
  readonly jobMs: number;
  /** What an attempt says and how long it takes; `lost`: attempts before it that nobody finished. */
  stage(effect: StageEffect, lost: number): { readonly result: AttemptResult; readonly ms: number };
  /** Jobs that reached their limit. */
  readonly killed: string[];
  readonly zombies: Set<string>;
  /** Branches' jobs that ran: what they were told, and what they took for their hop. */
  readonly legs: RanLeg[];
  /** What jobs left that may only read, by `legRef`. */
  readonly parcels: Map<string, readonly LedgerEvent[]>;
  /** Refs of branches whose end is on them, written by a job that lived. */
  readonly endedLegs: Set<string>;
  /** Jobs that wait for the app. */
  readonly asking: Set<string>;
  /** Jobs that left what was theirs to do. */
  readonly left: string[];
  /** Somebody cancelled, by a comment or in the page of a workflow run. */
  asked: boolean;
  ledger(life: Life, ref: string): SimLedger;
  coordination(life: Life): CoordinatorPorts;
  /** Other runs that a look was news for. */
  hinted(ids: readonly string[]): void;
  log(): RunEvent[];
}

export interface RanLeg {
  readonly job: string;
  readonly told: string;
  readonly took: string;
}

/** A job of the trunk's turn runs it, which may only read. */
export const onlyReads = ({ readOnly, pipeline }: SimWorld, node: string): boolean =>
  isReadOnlyStage(pipeline.stages.get(node) ?? { privileged: false }, readOnly);
