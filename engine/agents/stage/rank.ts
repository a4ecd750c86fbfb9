/** Which branch wins at a fan-in by the word of an agent. */
import { isFailure } from "../../core/outcome.ts";
import type { Candidate, Ranking } from "../../stages/fan-in-candidates.ts";
import type { StageRequest } from "../../stages/port.ts";
import { cutMiddle } from "../../stages/text.ts";
import type { AgentOptions } from "./options.ts";
import { runAgent } from "./run.ts";

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
