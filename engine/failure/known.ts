/** Failures that are known, and a failure that is looked for among them. */
import type { FailureClass } from "./classes.ts";
import type { Reading } from "./reading.ts";

/** Failures that count as one. */
export interface SignatureGroup {
  readonly signature: string;
  /** The stage's own name for it; such a group is met by that name alone. */
  readonly given?: string;
  /** Hash of the latest reason, word for word. */
  readonly last: string;
  /** Hashes of canonical forms, latest last. */
  readonly seen: readonly string[];
  /** The first reason and the latest that were not equal to it. */
  readonly members: readonly Reading[];
}

/** Plain data, one list a class and node, least recently met first; part of the run's state. */
export type SignatureRegistry = Readonly<Record<string, readonly SignatureGroup[]>>;

export interface KnownFailure {
  readonly node: string;
  readonly class: FailureClass;
  readonly reason: string;
  /** `failure_signature` as the stage gave it. */
  readonly given?: string | undefined;
}

export interface Assigned {
  readonly signature: string;
  readonly registry: SignatureRegistry;
  readonly how: "given" | "canonical" | "similar" | "new";
}

export interface FoundFailure {
  /** -1: none of them. */
  readonly at: number;
  readonly how: Assigned["how"];
  /** "" where it was not needed. */
  readonly given: string;
  readonly last: string;
  readonly canonical: string;
  readonly reading?: Reading;
}
