/** When are two failures the same? Gives each a signature that, once given, never changes (R-BRK-1, R-BRK-2). */
import type { FailureClass } from "./classes.ts";
import { type Found, find } from "./find.ts";
import type { Reading } from "./reading.ts";
import { spell } from "./spelling.ts";

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

export interface Failure {
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

/** Past these the least recently met is forgotten: a failure that comes back after that is a new one. */
const MOST_GROUPS = 256;
const MOST_SEEN = 32;
const MOST_MEMBERS = 4;

export const emptyRegistry = (): SignatureRegistry => ({});

export function assign(registry: SignatureRegistry, failure: Failure): Assigned {
  const groups = groupsOf(registry, failure);
  const found = find(groups, failure);
  const known = groups[found.at]?.signature;
  const signature =
    known ?? spell(failure, found, (taken) => groups.some((group) => group.signature === taken));
  return { signature, registry: learn(registry, failure, found, signature), how: found.how };
}

const scopeOf = (failure: Failure): string => `${failure.class} ${failure.node}`;
export const groupsOf = (registry: SignatureRegistry, failure: Failure): readonly SignatureGroup[] =>
  registry[scopeOf(failure)] ?? [];

/** The registry after a failure was given a signature. */
export function learn(
  registry: SignatureRegistry,
  failure: Failure,
  found: Found,
  signature: string,
): SignatureRegistry {
  const groups = groupsOf(registry, failure);
  const known = groups.find((group) => group.signature === signature);
  const { given, last, canonical, reading } = found;
  const { seen = [], members = [] } = known ?? {};
  const readings = reading === undefined ? members : [...members, reading];
  const group: SignatureGroup = {
    signature,
    ...(given === "" ? {} : { given }),
    last,
    seen: canonical === "" || seen.includes(canonical) ? seen : [...seen, canonical].slice(-MOST_SEEN),
    members: readings.length <= MOST_MEMBERS ? readings : [readings[0]!, ...readings.slice(1 - MOST_MEMBERS)],
  };
  const others = groups.filter((one) => one !== known);
  return { ...registry, [scopeOf(failure)]: [...others.slice(1 - MOST_GROUPS), group] };
}
