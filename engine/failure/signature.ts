/** When are two failures the same? Gives each a signature that, once given, never changes (R-BRK-1, R-BRK-2). */
import type { Assigned, FoundFailure, KnownFailure, SignatureGroup, SignatureRegistry } from "./known.ts";
import { find, spell } from "./when-failed.ts";

/** Past these the least recently met is forgotten: a failure that comes back after that is a new one. */
const MOST_GROUPS = 256;
const MOST_SEEN = 32;
const MOST_MEMBERS = 4;

export const emptyRegistry = (): SignatureRegistry => ({});

export function assign(registry: SignatureRegistry, failure: KnownFailure): Assigned {
  const groups = groupsOf(registry, failure);
  const found = find(groups, failure);
  const known = groups[found.at]?.signature;
  const signature =
    known ?? spell(failure, found, (taken) => groups.some((group) => group.signature === taken));
  return { signature, registry: learn(registry, failure, found, signature), how: found.how };
}

const scopeOf = (failure: KnownFailure): string => `${failure.class} ${failure.node}`;
export const groupsOf = (registry: SignatureRegistry, failure: KnownFailure): readonly SignatureGroup[] =>
  registry[scopeOf(failure)] ?? [];

/** The registry after a failure was given a signature. */
export function learn(
  registry: SignatureRegistry,
  failure: KnownFailure,
  found: FoundFailure,
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
