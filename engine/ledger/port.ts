/** Where a run's event log lives. Files, git and the GitHub API implement it under one contract suite. */

/** One line of the log. The ledger checks the envelope; the core parses the rest. */
export interface LedgerEvent {
  readonly seq: number;
  /** RFC 3339, never earlier than the line before. */
  readonly ts: string;
  readonly run_id: string;
  readonly event: string;
  readonly [field: string]: unknown;
}

/** An event before storage gives it seq and run id; `ts` is what the writer's clock said. */
export type NewEvent = Omit<LedgerEvent, "seq" | "run_id">;

/** Names a state of the log. Opaque: a byte length with a digest, or a commit. */
export type Tip = string & { readonly __tip: unique symbol };

export interface Snapshot {
  readonly tip: Tip;
  readonly events: readonly LedgerEvent[];
  /** A torn last line that was cut (R-LIFE-8), reported once. */
  readonly repaired?: { readonly line: number; readonly bytes: number };
}

export type AppendResult =
  | { readonly ok: true; readonly tip: Tip; readonly events: readonly LedgerEvent[] }
  /** Somebody else moved the log: read again, decide again. Nothing of ours was stored. */
  | { readonly ok: false; readonly reason: "moved"; readonly tip: Tip };

/** Raised when the log cannot be trusted or written: hole, foreign run, second writer, disk full, refused push. */
export class LedgerError extends Error {
  override readonly name = "LedgerError";
  readonly code:
    | "hole"
    | "foreign_run"
    | "second_writer"
    | "corrupt"
    | "exists"
    | "missing"
    | "write_failed"
    | "unreachable"
    | "refused";
  readonly fix: string;
  constructor(code: LedgerError["code"], message: string, fix: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.fix = fix;
  }
}

/** What `create` rejects with when the run is already there. */
export const existsAlready = (place: string, cause?: unknown): LedgerError =>
  new LedgerError(
    "exists",
    `${place} exists already`,
    "resume that run, or start another one with a new run id",
    { cause },
  );

export interface Ledger {
  readonly runId: string;
  /** Create-only: `exists` when the run is already there. */
  create(first: readonly NewEvent[]): Promise<AppendResult & { ok: true }>;
  read(): Promise<Snapshot>;
  /** Durable when it resolves. Stored only if the log still stands at `tip`. Rejects with LedgerError when it cannot be stored. */
  append(tip: Tip, events: readonly NewEvent[]): Promise<AppendResult>;
  close(): Promise<void>;
}
