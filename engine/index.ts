/** The engine as a library (R-LANG-7): check a graph, run it with handlers, transforms, rules and people of one's own. */
import { resolve } from "node:path";
import { Config } from "./config/schema.ts";
import type { RunEvent } from "./core/events.ts";
import type { Rule } from "./graph/lint/rule.ts";
import { InvalidGraphError, validate, validateOrThrow } from "./graph/prepare.ts";
import type { ReadPrompt } from "./graph/transforms/prompt-files.ts";
import type { Transform } from "./graph/transforms.ts";
import type { DriverOptions, RunReport } from "./local/driver.ts";
import { newRunRoot } from "./local/folder.ts";
import { resumeRun } from "./local/resume-run.ts";
import { startRun } from "./local/run.ts";
import { newRunId } from "./local/run-id.ts";
import type { Interviewer } from "./stages/human/question.ts";
import type { StageRunner } from "./stages/port.ts";

export type { RunEvent } from "./core/events.ts";
export type { AttemptResult, Outcome } from "./core/outcome.ts";
export type { RunState } from "./core/state.ts";
export type { Finding } from "./diagnose/finding.ts";
export type { LintFinding, Rule } from "./graph/lint/rule.ts";
export type { Diagnostic, Graph } from "./graph/model.ts";
export type { Pipeline, Route, Stage } from "./graph/pipeline.ts";
export type { Prepared, PrepareOptions } from "./graph/prepare.ts";
export { prepare } from "./graph/prepare.ts";
export type { Transform } from "./graph/transforms.ts";
export { fileLedger } from "./ledger/file-ledger.ts";
export type { AppendResult, Ledger, LedgerEvent, NewEvent, Snapshot, Tip } from "./ledger/port.ts";
export { LedgerError } from "./ledger/port.ts";
export type { Final } from "./ledger/projections/final.ts";
export type { RunReport } from "./local/driver.ts";
export type { Sight } from "./local/look.ts";
export { lookAt } from "./local/look.ts";
export {
  autoApproveInterviewer,
  callbackInterviewer,
  queueInterviewer,
  recordingInterviewer,
} from "./stages/human/interviewers.ts";
export type { Answer, Interviewer, Question } from "./stages/human/question.ts";
export type { StageRequest, StageRunner } from "./stages/port.ts";
export { InvalidGraphError, validate, validateOrThrow };

export interface LibraryOptions {
  /** By `type` of a node, or by the handler that it replaces (`agent`, `tool`, …). */
  readonly handlers?: Readonly<Record<string, StageRunner>>;
  /** After the built-in ones, in this order. */
  readonly transforms?: readonly Transform[];
  readonly rules?: readonly Rule[];
  /** Who answers human gates; without one a gate makes the run wait. */
  readonly interviewer?: Interviewer;
  readonly onEvent?: (event: RunEvent) => void;
  /** Aborted to cancel the run; its reason is recorded. */
  readonly signal?: AbortSignal;
  readonly readPrompt?: ReadPrompt;
  /** From where stages inherit what is harmless; none by default but PATH. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface RunOptions extends LibraryOptions {
  /** The repository or folder to work on. */
  readonly workdir: string;
  /** The run folder; default `.attractor/runs/RUN-ID` under `workdir`. */
  readonly logsRoot?: string;
  readonly runId?: string;
  readonly config?: unknown;
  readonly inputs?: Readonly<Record<string, string>>;
  /** Agent stages without a model: a script as JSON text, or "" for nothing but success. */
  readonly simulate?: string;
}

/** Runs a graph to its end, or to a question that nobody here can answer. Rejects only when it cannot be begun or recorded. */
export async function run(source: string, options: RunOptions): Promise<RunReport> {
  const workdir = resolve(options.workdir);
  const runId = options.runId ?? newRunId(Date.now());
  const script = options.simulate ?? null;
  return startRun({
    ...driverOf(options),
    root: options.logsRoot === undefined ? await newRunRoot(workdir, runId) : resolve(options.logsRoot),
    runId,
    source,
    graphPath: null,
    workdir,
    config: Config.parse(options.config ?? { version: 1 }),
    script,
    inputs: options.inputs ?? {},
    simulated: options.interviewer?.automatic ? ["gates"] : [],
    invocation: [],
  });
}

/** Goes on with what a run folder holds. Handlers and transforms must be those that the run began with. */
export const resume = (logsRoot: string, options: LibraryOptions = {}): Promise<RunReport> =>
  resumeRun(resolve(logsRoot), { ...driverOf(options), by: "library" });

function driverOf(options: LibraryOptions): DriverOptions {
  const { onEvent } = options;
  const handlers = new Map(Object.entries(options.handlers ?? {}));
  return {
    handlers,
    answers: new Map(),
    interviewer: options.interviewer ?? null,
    cancel: options.signal ?? new AbortController().signal,
    ...(onEvent ? { watch: (event) => onEvent(event) } : {}),
    env: options.env ?? { PATH: process.env.PATH },
    prepare: {
      customTypes: new Set(handlers.keys()),
      transforms: options.transforms ?? [],
      rules: options.rules ?? [],
      ...(options.readPrompt ? { readPrompt: options.readPrompt } : {}),
    },
  };
}
