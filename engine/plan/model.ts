/** What `attractor plan` says: additions only. null: nobody bounds it, or nobody knows it; `open` then says why. */
import type { PreflightCheck } from "../agents/preflight/report.ts";
import type { Amount } from "./attempt-cost.ts";
import type { PlannedRuns } from "./rounds.ts";
import type { Bound } from "./visits.ts";

export interface LikelyAndMost {
  readonly likely: Amount;
  readonly most: Amount;
}

export interface PlannedStage extends LikelyAndMost {
  readonly id: string;
  readonly kind: string;
  /** As "provider model", the first choice first. */
  readonly models: readonly string[];
  /** Every call of it has a price: a bound of money holds it. */
  readonly priced: boolean;
  readonly visits: { readonly likely: number; readonly most: number | null; readonly by: Bound["by"] };
  readonly attempts: { readonly likely: number; readonly most: number | null };
  readonly prompt_bytes: number | null;
  /** Of one attempt; null: only the job's own time ends it. */
  readonly timeout_minutes: number | null;
}

export interface PlannedWorkflow {
  readonly runs: PlannedRuns;
  readonly jobs: number;
  /** When a pull request or an issue is told of the end. */
  readonly jobs_told: number;
  /** GitHub bills each job's begun minutes. */
  readonly minutes: { readonly least: number; readonly likely: number };
  readonly most: { readonly jobs: number | null; readonly minutes: number | null };
  readonly permissions: Readonly<Record<string, Readonly<Record<string, "read" | "write">>>>;
}

export interface Plan {
  readonly schema_version: 1;
  readonly graph: string;
  readonly goal: string;
  readonly stages: readonly PlannedStage[];
  readonly total: LikelyAndMost & {
    /** What the most rests on, in words. */
    readonly rests_on: string;
    readonly likely_rests_on: string;
  };
  /** False: the walk with every stage succeeding does not end, and what is likely is only its beginning. */
  readonly walked: boolean;
  readonly questions: readonly {
    readonly node: string;
    readonly waits_minutes: number;
    readonly default: string | null;
  }[];
  readonly github: { readonly workflow: PlannedWorkflow; readonly app: PlannedWorkflow };
  /** Of stages in jobs that may only read; null where nothing is to be said. */
  readonly read_only: string | null;
  readonly secrets: readonly { readonly name: string; readonly for: string }[];
  /** What is gone when the machine is. */
  readonly lost_runner: readonly string[];
  readonly confinement: readonly string[];
  /** What nobody bounds, or nobody knows. */
  readonly open: readonly string[];
  readonly preflight: { readonly fail: readonly string[]; readonly warn: readonly string[] };
}

export const messagesOf = (checks: readonly PreflightCheck[], status: PreflightCheck["status"]): string[] =>
  checks.flatMap((check) => (check.status === status ? [check.message] : []));
