/** An answer to a question: to the one that waits, on the head that it was asked about, once (R-GH-7). */
import { answerTo } from "../../engine/core/answers.ts";
import type { RunEvent } from "../../engine/core/events.ts";
import type { Gate } from "../../engine/core/state.ts";
import type { ServedRepository } from "../repository.ts";
import { appendCommand } from "./append.ts";
import { gateCalled, isAnswered } from "./done.ts";
import type { FoundRun } from "./find.ts";
import type { CommandRequest, CommandResult } from "./request.ts";

export async function answer(
  repository: ServedRepository,
  found: FoundRun,
  asked: CommandRequest,
  gate: string,
  text: string,
): Promise<CommandResult> {
  const pullRequest = found.state.started?.github?.pull_request;
  const head = pullRequest === undefined ? null : await repository.head(pullRequest);
  const judge = (run: FoundRun) => {
    const checked = answerTo(run.state, gate, text, {
      by: asked.actor,
      source: asked.source,
      command_id: asked.commandId,
      ...(head === null ? {} : { head_sha: head }),
    });
    const waiting = gateCalled(run, gate);
    if (waiting === null)
      return answeredBefore(run, gate) ?? (checked.ok ? "nothing waits" : checked.message);
    const voided = whyVoid(run, waiting, asked, head);
    if (voided !== null) return voided;
    return checked.ok ? checked.event : checked.message;
  };
  return appendCommand(repository, found, asked, judge, isAnswered(gate, asked.actor));
}

function answeredBefore({ events }: FoundRun, name: string): string | null {
  const first = events.findLast(
    (line): line is RunEvent & { event: "human_gate_answered" } =>
      line.event === "human_gate_answered" && (line.gate === name || line.node_id === name),
  );
  if (!first) return null;
  const what = first.label ?? first.text ?? "nothing";
  return `${first.gate} was answered already: ${first.by} said "${what}" (${first.source}) at ${first.ts}`;
}

/** Between GitHub's clock and that of whoever asked. */
const SKEW_MS = 60_000;

/** An answer is about the question, and the code, that its author saw. */
function whyVoid(run: FoundRun, gate: Gate, asked: CommandRequest, head: string | null): string | null {
  const about = gate.headSha ?? run.state.started?.github?.head_sha ?? null;
  if (head !== null && about !== null && head !== about) {
    return `the head moved from ${about.slice(0, 12)} to ${head.slice(0, 12)} after ${gate.id} was asked, so the question is asked again: look at the new head and answer once more`;
  }
  const askings = run.events.filter((line) => line.event === "human_gate_waiting" && line.gate === gate.id);
  const again = askings.length > 1;
  const askedAt = Math.floor(Date.parse(askings.at(-1)?.ts ?? "") / 1000) * 1000 - (again ? 0 : SKEW_MS);
  const stale =
    asked.saidAt === null
      ? asked.onHead !== null && about !== null && asked.onHead !== about
      : asked.saidAt < askedAt;
  if (stale && !again) return `${gate.id} was asked after that was said: look at it and answer once more`;
  return stale
    ? `${gate.id} was asked again about ${about?.slice(0, 12)} since: look at the new head and answer once more`
    : null;
}
