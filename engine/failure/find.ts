/** Which known failure a failure is: by the stage's own name, word for word, in canonical form, or by likeness. */
import { bestMatch } from "./compare/match.ts";
import { hash64 } from "./hash.ts";
import { type Reading, readReason } from "./reading.ts";
import type { Assigned, Failure, SignatureGroup } from "./signature.ts";
import { givenName } from "./spelling.ts";

export interface Found {
  /** -1: none of them. */
  readonly at: number;
  readonly how: Assigned["how"];
  /** "" where it was not needed. */
  readonly given: string;
  readonly last: string;
  readonly canonical: string;
  readonly reading?: Reading;
}

export function find(groups: readonly SignatureGroup[], failure: Failure): Found {
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
