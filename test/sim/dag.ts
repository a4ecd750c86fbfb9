/**
 * The jobs of one workflow run and their conditions, as `attractor init` writes them: R rounds of a trunk and its branches,
 * then `next`, then `canceled`. Evaluated over what GitHub knows: results, the output `go`, and whether somebody cancelled.
 */
export type Result = "success" | "failure" | "cancelled" | "skipped";

export interface JobSpec {
  readonly name: string;
  readonly kind: "trunk" | "legs" | "next" | "canceled";
  /** Its round; 0 outside of rounds. */
  readonly round: number;
  /** Which of the lists in `go` its matrix is. */
  readonly list?: "read_only";
  readonly needs: readonly string[];
  readonly runs: (seen: Seen) => boolean;
}

/** What an `if` may ask for. */
export interface Seen {
  readonly cancelled: boolean;
  result(job: string): Result;
  go(job: string): string;
}

/** Values of the matrix. */
export const named = (go: string, list: "legs" | "read_only"): readonly string[] =>
  go.startsWith("{") ? (JSON.parse(go)[list] ?? []) : [];

const trunkName = (round: number): string => `trunk-${round}`;
const legsName = (round: number): string => `legs-${round}`;

const readOnlyName = (round: number): string => `privileged-${round}`;

/** `privileged`: each round has jobs beside its branches that may only read. */
export function dagOf(rounds: number, privileged: boolean): readonly JobSpec[] {
  const specs: JobSpec[] = [];
  const all = Array.from({ length: rounds }, (_, i) => i + 1);
  for (const round of all) {
    const before = round - 1;
    const matrices = (of: number) => [legsName(of), ...(privileged ? [readOnlyName(of)] : [])];
    specs.push({
      ...{ name: trunkName(round), kind: "trunk", round },
      needs: before === 0 ? [] : [trunkName(before), ...matrices(before)],
      // Without a status function the first waits for nothing and nobody: a cancel before it begins skips it.
      runs: (seen) =>
        !seen.cancelled && (before === 0 || matrices(before).some((name) => seen.result(name) !== "skipped")),
    });
    specs.push({
      ...{ name: legsName(round), kind: "legs", round },
      needs: [trunkName(round)],
      runs: (seen) => !seen.cancelled && named(seen.go(trunkName(round)), "legs").length > 0,
    });
    if (privileged)
      specs.push({
        ...{ name: readOnlyName(round), kind: "legs", round, list: "read_only" },
        needs: [trunkName(round)],
        runs: (seen) => !seen.cancelled && named(seen.go(trunkName(round)), "read_only").length > 0,
      });
  }
  const ofRounds = all.flatMap((round) => [
    trunkName(round),
    legsName(round),
    ...(privileged ? [readOnlyName(round)] : []),
  ]);
  specs.push({
    ...{ name: "next", kind: "next", round: 0 },
    needs: ofRounds,
    runs: (seen) =>
      !seen.cancelled &&
      (all.some((round) => seen.go(trunkName(round)) === "next") ||
        seen.result(legsName(rounds)) !== "skipped" ||
        (privileged && seen.result(readOnlyName(rounds)) !== "skipped") ||
        all.some((round) => seen.result(trunkName(round)) !== "skipped" && seen.go(trunkName(round)) === "")),
  });
  specs.push({
    ...{ name: "canceled", kind: "canceled", round: 0 },
    needs: [...ofRounds, "next"],
    runs: (seen) => seen.cancelled,
  });
  return specs;
}
