/** One thing that goes wrong, and what a diagnosis must say of it. */
import type { FindingCode } from "../../../engine/diagnose/finding.ts";
import type { RunFiles } from "./run-files.ts";

export interface Fault {
  readonly name: string;
  /** All that is true of the run with this fault, notes included. */
  readonly expects: readonly FindingCode[];
  /** What cannot be seen of other faults beside this one. */
  readonly hides?: readonly FindingCode[];
  readonly apply: (run: RunFiles) => void;
}
