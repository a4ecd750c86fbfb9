/** What is known of a run after one pass over its lines: counts, firsts and lasts; its size does not grow with the log. */
import type { SignatureRegistry } from "../../failure/known.ts";
import type { Mark, Times } from "./mark.ts";

export interface RunFacts {
  runId: string;
  dialect: "attractor" | "kilroy";
  /** Whether somebody drives it now; null: nobody can tell. */
  alive: boolean | null;
  /** When it is looked at, in epoch milliseconds. */
  now: number;
  /** How people call the command here: `attractor`, on GitHub `/attractor`. */
  command: "attractor" | "/attractor";
  /** False: a log alone, without the files that stand around it in a run folder. */
  hasFolder: boolean;
  started: Mark | null;
  ended: RunEnd | null;
  /** The trunk is the scope without a name. */
  readonly scopes: Map<string, ScopeFacts>;
  readonly fans: FanFacts[];
  readonly branches: Map<string, BranchFacts>;
  readonly gates: Map<string, GateFacts>;
  readonly warnings: Map<string, Times>;
  /** Branches that the run's own log tells of. */
  readonly toldBranches: Set<string>;
  readonly stalls: StopFacts[];
  readonly budgets: StopFacts[];
  lost: StopFacts | null;
  readonly money: MoneyFacts;
  readonly sessions: SessionFacts[];
  readonly damage: DamageFacts[];
  registry: SignatureRegistry;
  /** How much more may be remembered, in the whole run. */
  readonly room: Room;
}

/** A log of nothing but new names and new texts fills no memory and takes no time for their signatures. */
export interface Room {
  nodes: number;
  edges: number;
  texts: number;
  loops: number;
  signatures: number;
}

export interface RunEnd {
  readonly status: "success" | "fail" | "canceled";
  readonly reason: string;
  readonly class: string;
  readonly node: string;
  readonly mark: Mark;
}

export interface ScopeFacts {
  readonly key: string;
  readonly nodes: Map<string, NodeFacts>;
  readonly counts: Map<string, { n: number }>;
  readonly edges: Map<string, EdgeFacts>;
  first: Mark | null;
  last: Mark | null;
  /** The last line that is no heartbeat, what it said, and the heartbeats since. */
  lastStep: Mark | null;
  lastEvent: string;
  tail: TailFacts | null;
  lastEnded: string;
  /** Newest failure that nothing made good, for those that only hand it on. */
  lastFailure: { readonly node: string; readonly reason: string } | null;
  readonly checks: { count: number; most: number; limit: number; tripped: number };
  /** As it stood when the first fan-out began. */
  beforeFan: { readonly at: Mark; readonly loop: LoopEdge | null } | null;
  readonly files: FileFacts;
}

export interface TailFacts extends Times {
  readonly byNode: Map<string, number>;
}

export interface EdgeFacts extends Times {
  readonly from: string;
  readonly to: string;
  /** Led to a node that had been entered before, and for a failure. */
  back: number;
}

export interface LoopEdge {
  readonly from: string;
  readonly to: string;
  readonly back: number;
  readonly rounds: number;
}

export interface NodeFacts {
  readonly id: string;
  starts: number;
  ends: number;
  failedEnds: number;
  visits: number;
  lastStatus: string;
  lastMark: Mark | null;
  /** By visit and attempt. */
  readonly open: Map<string, Mark>;
  readonly durations: number[];
  stale: Times | null;
  /** The visit that goes on or ended last; counted when the next one begins. */
  visit: Visit | null;
  failedVisits: number;
  /** Hashes of the reasons, each with its signature. */
  readonly texts: Map<number, string>;
  /** By signature: failed visits since the last success, and the worst of all times. */
  streak: Map<string, Times>;
  readonly loops: Map<string, NodeLoop>;
  turnLimit: (Times & { readonly reason: string }) | null;
  /** Failures whose reason says nothing, and what had failed before. */
  causeless: (Times & { readonly reason: string; before: { node: string; reason: string } | null }) | null;
  statusLost: (Times & { readonly reason: string }) | null;
}

export interface Visit {
  readonly reason: string;
  readonly class: string;
  readonly signature: string;
  readonly failed: boolean;
  readonly mark: Mark;
}

export interface NodeLoop extends Times {
  readonly signature: string;
  readonly reason: string;
  readonly class: string;
  /** A success came after it. */
  overcome: boolean;
}

export interface FanFacts extends FanName {
  readonly started: Mark;
  joined: Mark | null;
}

/** A fan-out by its node and the scope in which that stands. */
export interface FanName {
  readonly node: string;
  readonly scope: string;
}

export interface BranchFacts {
  readonly key: string;
  readonly fan: FanName;
  started: Mark | null;
  ended: {
    readonly status: string;
    readonly leftBy: string;
    readonly reason: string;
    readonly mark: Mark;
  } | null;
}

export interface GateFacts {
  readonly id: string;
  readonly node: string;
  readonly asked: Mark;
  readonly deadline: number | null;
  answer: "open" | "answered" | "unanswered";
}

export interface StopFacts {
  readonly node: string;
  readonly branch: string;
  readonly reason: string;
  readonly mark: Mark;
  readonly numbers: Readonly<Record<string, number>>;
}

export interface MoneyFacts {
  known: number;
  /** Calls or stages of which nobody can say what they cost. */
  unknown: number;
  readonly parts: { branch: string; node: string; usd: number }[];
  readonly unpriced: Set<string>;
  budgetUsd: number | null;
}

/** What an attempt's own folder says. */
export interface SessionFacts {
  readonly file: string;
  readonly branch: string;
  readonly node: string;
  readonly errors: { total: number; patch: number; compile: number; missing: number };
  readonly missingFiles: Set<string>;
  /** Characters of the longest input, and how many of them stand in lines that stood there before. */
  input: { chars: number; repeated: number };
  turnLimits: number;
  turns: number | null;
  exitCode: number | null;
  durationMs: number | null;
  complete: boolean;
}

export interface DamageFacts {
  readonly file: string;
  readonly what: string;
  readonly severity: "warning" | "info";
  readonly line: number | null;
  readonly count: number;
}

/** The files that stand beside a log. */
export interface FileFacts {
  log: string | null;
  final: boolean;
  live: { readonly file: string; readonly stages: readonly OpenStage[]; readonly running: boolean } | null;
  checkpoint: CheckpointFacts | null;
  /** Status files in the worktree, where the engine did not look. */
  readonly elsewhere: { readonly path: string; readonly status: string }[];
}

export interface OpenStage {
  readonly branch: string;
  readonly node: string;
  /** Empty where the file does not say. */
  readonly attempt: string;
  readonly event: string;
}

export interface CheckpointFacts {
  readonly file: string;
  readonly node: string;
  readonly ms: number;
  readonly seq: number | null;
  readonly bytes: number;
  readonly completed: number;
  readonly distinct: number;
  readonly retries: ReadonlyMap<string, number>;
  /** Retries of branches, where one checkpoint tells of all. */
  readonly branchRetries: ReadonlyMap<string, ReadonlyMap<string, number>>;
}
