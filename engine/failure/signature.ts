/** When are two failures the same? Gives each a signature that, once given, never changes (R-BRK-1, R-BRK-2). */
import type { FailureClass } from "./classes.ts";
import { bestMatch } from "./compare/match.ts";
import { hash64 } from "./hash.ts";
import { type Reading, readReason } from "./reading.ts";
import { givenName, spell } from "./spelling.ts";

/** Failures that count as one. */
export interface SignatureGroup {
  readonly signature: string;
  /** The stage's own name for it; such a group is met by that name alone. */
  readonly given?: string;
  /** Hashes of reasons and of their canonical forms, latest last. */
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
  const groups = registry[scopeOf(failure)] ?? [];
  const found = find(groups, failure);
  const known = groups[found.at];
  const signature =
    known?.signature ?? spell(failure, found, (taken) => groups.some((group) => group.signature === taken));
  const kept = keep(groups, known, { ...added(known, found), signature });
  return { signature, registry: { ...registry, [scopeOf(failure)]: kept }, how: found.how };
}

export const scopeOf = (failure: Failure): string => `${failure.class} ${failure.node}`;

/** Where a failure belongs, and what was learned on the way. */
export interface Found {
  /** -1: nowhere yet. */
  readonly at: number;
  readonly how: Assigned["how"];
  readonly given: string;
  readonly hashes: readonly string[];
  /** Absent when it was not needed. */
  readonly reading?: Reading;
}

export function find(groups: readonly SignatureGroup[], failure: Failure): Found {
  const given = givenName(failure.given, failure.node);
  if (given !== "")
    return { at: groups.findLastIndex((group) => group.given === given), how: "given", given, hashes: [] };

  const verbatim = hash64(failure.reason);
  const same = groups.findLastIndex((group) => group.seen.includes(verbatim));
  if (same !== -1) return { at: same, how: "canonical", given, hashes: [verbatim] };

  const read = readReason(failure.reason);
  const hashes = [verbatim, hash64(read.canonical)];
  const equal = groups.findLastIndex((group) => group.seen.includes(hashes[1]!));
  if (equal !== -1) return { at: equal, how: "canonical", given, hashes };

  const reading = read.reading();
  const at = bestMatch(reading, groups);
  return { at, how: at === -1 ? "new" : "similar", given, hashes, reading };
}

/** The group with what was learned in it. */
export function added(group: SignatureGroup | undefined, found: Found): Omit<SignatureGroup, "signature"> {
  const { seen = [], members = [] } = group ?? {};
  const hashes = found.hashes.filter((hash) => !seen.includes(hash));
  const more =
    found.reading === undefined
      ? members
      : [...members.slice(0, 1), ...members.slice(1).slice(2 - MOST_MEMBERS), found.reading];
  return {
    ...(found.given === "" ? {} : { given: found.given }),
    seen: [...seen, ...hashes].slice(-MOST_SEEN),
    members: more,
  };
}

export function keep(
  groups: readonly SignatureGroup[],
  known: SignatureGroup | undefined,
  group: SignatureGroup,
): SignatureGroup[] {
  const others = known === undefined ? groups : groups.filter((one) => one !== known);
  return [...others.slice(1 - MOST_GROUPS), group];
}
