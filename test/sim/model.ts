/** A simulated world, as those see it who live in it. */
import type { StageEffect } from "../../engine/core/effects.ts";
import type { RunEvent } from "../../engine/core/events.ts";
import type { AttemptResult } from "../../engine/core/outcome.ts";
import type { Pipeline } from "../../engine/graph/pipeline.ts";
import type { Ledger } from "../../engine/ledger/port.ts";
import type { SimGitHub } from "./github.ts";
import type { LedgerFaults, Refs } from "./ledgers.ts";
import type { Chance } from "./random.ts";
import type { Life, SimTime } from "./time.ts";

export interface SimWorld {
  readonly seed: number;
  readonly pipeline: Pipeline;
  readonly time: SimTime;
  readonly chance: Chance;
  readonly refs: Refs;
  readonly github: SimGitHub;
  readonly faults: LedgerFaults;
  readonly lossRate: number;
  /** GitHub kills a job that takes longer. */
  readonly jobMs: number;
  /** What an attempt says and how long it takes; `lost`: attempts before it that nobody finished. */
  stage(effect: StageEffect, lost: number): { readonly result: AttemptResult; readonly ms: number };
  /** Jobs that reached their limit. */
  readonly killed: string[];
  readonly ran: Ran[];
  readonly zombies: Set<string>;
  ledger(life: Life, ref: string): Ledger;
  log(): RunEvent[];
}

export interface Ran {
  readonly effect: string;
  readonly epoch: number;
  readonly at: number;
}
