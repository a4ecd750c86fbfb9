/** Which branch wins at a fan-in by rank. */
import { z } from "zod";
import type { AttemptResult } from "../core/outcome.ts";

/** What of a branch matters here; the rest of `parallel.results` is passed over. */
export const Candidate = z.object({
  key: z.string(),
  status: z.string(),
  score: z.number().optional(),
  commit: z.string().optional(),
  notes: z.string().optional(),
});
export type Candidate = z.infer<typeof Candidate>;

/** What failed or was canceled is no candidate. */
const RANK = new Map([
  ["success", 0],
  ["partial_success", 1],
  ["retry", 2],
]);

export const isEligible = ({ status }: Candidate): boolean => RANK.has(status);

/** By status, then score, then key: the same answer on every machine. */
export function best(candidates: readonly Candidate[]): Candidate {
  const [first] = [...candidates].sort(
    (a, b) =>
      (RANK.get(a.status) ?? RANK.size) - (RANK.get(b.status) ?? RANK.size) ||
      (b.score ?? 0) - (a.score ?? 0) ||
      (a.key < b.key ? -1 : 1),
  );
  return first!;
}

/** The agent's attempt, and the winner that it named; null when it failed or named none, and the attempt then says so. */
export interface Ranking {
  readonly winner: Candidate | null;
  readonly result: AttemptResult;
}
