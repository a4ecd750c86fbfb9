/** Which known failure a failure is: by the stage's own name, word for word, in canonical form, or by likeness. */
import { bestMatch } from "./compare/match.ts";
import { hash64 } from "./hash.ts";
import type { FoundFailure, KnownFailure, SignatureGroup } from "./known.ts";
import { readReason } from "./reading.ts";
import { givenName } from "./spelling.ts";

export function find(groups: readonly SignatureGroup[], failure: KnownFailure): FoundFailure {
  const given = givenName(failure.given, failure.node);
  const last = hash64(failure.reason);
  const none = { given, last, canonical: "" };
  if (given !== "")
    return { ...none, at: groups.findLastIndex((group) => group.given === given), how: "given" };

  const unnamed = (test: (group: SignatureGroup) => boolean): number =>
    groups.findLastIndex((group) => group.given === undefined && test(group));
  const same = unnamed((group) => group.last === last);
  if (same !== -1) return { ...none, at: same, how: "canonical" };

  const read = readReason(failure.reason);
  const canonical = hash64(read.canonical);
  const equal = unnamed((group) => group.seen.includes(canonical));
  if (equal !== -1) return { ...none, at: equal, how: "canonical", canonical };

  const reading = read.reading();
  const at = bestMatch(reading, groups);
  return { at, how: at === -1 ? "new" : "similar", given, last, canonical, reading };
}
