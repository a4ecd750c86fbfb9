/** Which branch wins at a fan-in: by rank, or by the word of an agent. */
import { z } from "zod";
import { type AttemptResult, isFailure } from "../core/outcome.ts";
import { runAgent } from "./agent.ts";
import type { AgentOptions } from "./agent-options.ts";
import type { StageRequest } from "./port.ts";
import { cutMiddle } from "./text.ts";

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

export async function rankByAgent(
  request: StageRequest,
  options: AgentOptions,
  candidates: readonly Candidate[],
): Promise<Ranking> {
  const result = await runAgent(request, options, rankingTask(request.stage.prompt, candidates));
  const { outcome } = result;
  const fail = (reason: string): Ranking => ({
    winner: null,
    result: {
      ...result,
      outcome: { ...outcome, status: "fail", failure_reason: `ranking failed: ${reason}` },
    },
  });
  if (isFailure(outcome.status)) return fail(outcome.failure_reason ?? "no reason given");
  const chosen = outcome.preferred_label ?? outcome.context_updates?.["parallel.fan_in.best_id"];
  const winner = candidates.find(({ key }) => key === chosen);
  if (winner) return { winner, result };
  const keys = candidates.map(({ key }) => key).join(", ");
  const said = chosen === undefined ? "named no branch" : `named ${JSON.stringify(chosen)}`;
  return fail(`the agent ${said} in preferred_label; the candidates are ${keys}`);
}

function rankingTask(prompt: string, candidates: readonly Candidate[]): string {
  const lines = candidates.map(({ key, status, score, commit, notes }) => {
    const facts = [
      status,
      ...(score === undefined ? [] : [`score ${score}`]),
      ...(commit ? [`commit ${commit}`] : []),
    ];
    return `- ${key}: ${facts.join(", ")}${notes ? `: ${cutMiddle(notes, 1000)}` : ""}`;
  });
  return [
    prompt,
    "",
    "The candidates are:",
    ...lines,
    "",
    "Name the best one: put its key, exactly as above, into preferred_label of the status file.",
  ].join("\n");
}
