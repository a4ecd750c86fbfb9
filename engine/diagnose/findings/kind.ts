/** A finding as the reference explains it, and how it is seen in a run. */
import type { RunFacts } from "../facts/facts.ts";
import type { FindingCode, Found } from "../finding.ts";

export interface FindingKind {
  readonly code: FindingCode;
  readonly title: string;
  /** What it means, and when it is no finding. */
  readonly explain: string;
  readonly fix: string;
  readonly look: (facts: RunFacts) => readonly Found[];
}
