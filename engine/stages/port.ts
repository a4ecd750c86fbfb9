/** The port between drivers and what a stage does. One attempt in, one result out; never throws for a failed stage. */
import type { AttemptResult, JsonValue } from "../core/outcome.ts";
import type { SteeredWords, VisitFailures } from "../core/state.ts";
import type { Fidelity, Pipeline, Stage } from "../graph/pipeline.ts";

/** Something worth a line in the event log while an attempt runs; the driver adds seq, ts and place. */
export interface StageNote {
  readonly event:
    | "status_ingestion_decision"
    | "provider_selected"
    | "llm_failover"
    | "escalation_model_switch"
    | "agent_told"
    | "warning";
  readonly [field: string]: JsonValue | undefined;
}

/** A stage that has ended at least once, as prompts tell of it. */
export interface StageMemory {
  readonly node: string;
  readonly visits: number;
  readonly status: string;
  readonly reason?: string;
}

/** What people say to the agent of a node while a run goes on. */
export interface Words {
  /** Asks whether more was said, as often as its host may be asked; resolves soon in any case. */
  look(): Promise<void>;
  /** Those that no agent has heard. */
  waiting(): readonly Pick<SteeredWords, "id" | "text">[];
}

export interface StageRequest {
  readonly runId: string;
  /** The run at the top: this one, unless a manager started it. */
  readonly rootRunId?: string;
  readonly pipeline: Pipeline;
  readonly stage: Stage;
  readonly branchKey: string | null;
  readonly visit: number;
  readonly attempt: number;
  /** The context as decided: keys of R-CTX-3. */
  readonly context: Readonly<Record<string, JsonValue>>;
  readonly inputs: Readonly<Record<string, string>>;
  readonly predecessor: { readonly node: string; readonly outcome: string } | null;
  /** Absolute. The run folder, this attempt's folder (exists, empty), the tree the stage works in. */
  readonly logsRoot: string;
  readonly stageDir: string;
  readonly worktree: string;
  /** Every stage that ended, once each, the latest last; without it prompts have no account of earlier stages. */
  readonly history?: readonly StageMemory[];
  /** The conversation that it goes on with; null where it begins its own. */
  readonly thread?: string | null;
  /** As resolved with the edge that led here; without it the node's own, then the graph's. */
  readonly fidelity?: Fidelity;
  /** Of earlier attempts of this visit: the last one's class, and how many ask for a stronger model. */
  readonly failures?: VisitFailures | null;
  /** A clean tree and an empty folder, for the same attempt by another provider; absent where that cannot be had. */
  readonly anew?: (nth: number) => Promise<{ readonly stageDir: string }>;
  /** US dollars that are left for it when it begins; null or absent: no bound. */
  readonly spendableUsd?: number | null;
  /** The same in tokens. */
  readonly spendableTokens?: number | null;
  readonly timeoutMs: number | null;
  /** Aborted on cancel, early join, stall: the stage's whole process group must be gone before the promise settles. */
  readonly signal: AbortSignal;
  /** Masks secrets in what the stage says, before anything of it is cut (R-SEC-4); without it nothing is masked. */
  readonly mask?: (text: string) => string;
  /** Absent where nobody can say anything. */
  readonly words?: Words;
  readonly note: (note: StageNote) => void;
  /** Output bytes so far, tool or model events: what the stall watchdog and heartbeats read. */
  readonly activity: (bytes: number) => void;
}

export type StageRunner = (request: StageRequest) => Promise<AttemptResult>;
