/** What each command does. Every refusal is one polite line that names the fix. */

import type { EventBody } from "../../engine/core/events.ts";
import { newBudget } from "../../engine/core/new-budget.ts";
import { isPaused } from "../../engine/ledger/projections/live.ts";
import { diagnosis } from "../notify/diagnosis.ts";
import type { ServedRepository } from "../repository.ts";
import { answer } from "./answer.ts";
import { appendCommand } from "./append.ts";
import { gateCalled, goesOn, isCanceled, stands } from "./done.ts";
import { type FoundRun, findRun } from "./find.ts";
import { begunBy, fork } from "./fork.ts";
import type { CommandRequest, CommandResult } from "./request.ts";
import { startRun } from "./start.ts";
import { steer } from "./steer.ts";

export async function executeCommand(
  repository: ServedRepository,
  asked: CommandRequest,
): Promise<CommandResult> {
  const { command } = asked;
  if (command.verb === "help") return { reply: HELP, look: null };
  if (command.verb === "run") {
    const { pullRequest } = asked;
    if (pullRequest === null)
      return { reply: "a run is started by the form's field for a graph", look: null };
    return startRun(repository, { ...asked, pullRequest }, command);
  }
  if (command.verb === "fork") {
    const begun = await begunBy(repository, asked);
    if (begun !== null) return { reply: null, look: begun };
  }
  const gate = "gate" in command ? command.gate : null;
  const found = await findRun(repository, asked.pullRequest, command.run, {
    executed: (run) => isExecuted(run, asked),
    waits: (run) => gate !== null && gateCalled(run, gate) !== null,
    // An answer is held against the time of its question.
    meant: (run) => gate !== null || !beganAfter(run, asked),
  });
  if ("reply" in found) return { reply: found.reply, look: null };
  if (isExecuted(found, asked)) return { reply: null, look: found.runId };
  const show = () => repository.tell(found.state, found.pipeline, found.events);
  switch (command.verb) {
    case "status":
      return { reply: null, done: stands(found, repository.redact), look: found.runId, show };
    case "diagnose":
      return {
        reply: diagnosis(found.state, found.pipeline, found.events, repository.redact),
        look: found.runId,
        markdown: true,
        show,
      };
    case "cancel":
      return appendCommand(repository, found, asked, judgeCancel(asked), isCanceled);
    case "resume":
      return appendCommand(repository, found, asked, judgeResume(asked, command.budget ?? {}), goesOn);
    case "steer":
      return steer(repository, found, asked, command);
    case "fork":
      return fork(repository, found, asked, command.at);
    case "choose":
      return answer(repository, found, asked, command.gate, command.label);
    case "answer":
      return answer(repository, found, asked, command.gate, command.text);
  }
}

const isExecuted = ({ events }: FoundRun, { commandId }: CommandRequest): boolean =>
  events.some((line) => "command_id" in line && line.command_id === commandId);

/** Between GitHub's clock and that of whoever began the run. */
const SKEW_MS = 60_000;

/** A command that comes late, or again, is about the runs that were there when it was said. */
function beganAfter({ state }: FoundRun, { source, commandId, saidAt }: CommandRequest): boolean {
  const by = state.started?.github?.command_id;
  // Comments are numbered in their order.
  if (source === "comment" && by !== undefined && /^\d+$/.test(by)) return Number(by) > Number(commandId);
  return saidAt !== null && state.startedAt > saidAt + SKEW_MS;
}

const judgeCancel =
  (asked: CommandRequest) =>
  ({ runId, state }: FoundRun): EventBody | string =>
    state.ended ? `run \`${runId}\` has ended already (${state.ended.status})` : cancellation(asked);

const judgeResume =
  (asked: CommandRequest, budget: Parameters<typeof newBudget>[1]) =>
  ({ runId, state }: FoundRun): EventBody | string => {
    if (isPaused(state)) return { ...resumption(asked, false), ...newBudget(state.budget, budget) };
    if (!state.ended) return `run \`${runId}\` is still going on`;
    if (state.ended.status === "success")
      return `run \`${runId}\` succeeded; start a new one with \`/attractor run\``;
    return { ...resumption(asked, true), ...newBudget(state.budget, budget) };
  };

const cancellation = ({ actor, commandId }: CommandRequest): EventBody => ({
  event: "cancellation_requested",
  reason: `canceled by @${actor}`,
  by: actor,
  command_id: commandId,
});

const resumption = ({ actor, commandId }: CommandRequest, reopened: boolean): EventBody => ({
  event: "run_resumed",
  by: actor,
  reopened,
  lost_attempts: 0,
  command_id: commandId,
});

const HELP = `\`/attractor run GRAPH [key=value…]\` starts a graph of the base branch on this pull request
\`/attractor status\`, \`cancel\`, \`resume\`, \`diagnose\` \`[RUN]\`
\`/attractor resume [RUN] usd=20\` goes on with a higher bound: usd, tokens, minutes, attempts, jobs
\`/attractor steer NODE "text"\` says something to an agent: at its next turn, or when it runs next
\`/attractor fork NODE@VISIT\` runs again from that visit, as a new run
\`/attractor choose GATE LABEL\` answers a question; \`/attractor answer GATE text\` answers in free text
With several runs on a pull request, add \`--run RUN\`
\`/attractor help\` shows this`;
