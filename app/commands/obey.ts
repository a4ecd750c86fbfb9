/** What each command does. Every refusal is one polite line that names the mend. */
import type { EventBody } from "../../engine/core/events.ts";
import type { ServedRepository } from "../repository.ts";
import { diagnosis } from "../speak/diagnosis.ts";
import { answer, gateCalled } from "./answer.ts";
import { appendAsked } from "./append.ts";
import { type FoundRun, findRun } from "./find.ts";
import { begunBy, fork } from "./fork.ts";
import type { Command } from "./parse.ts";
import { startRun } from "./start.ts";

export interface Asked {
  readonly command: Command;
  /** Where it was said; null: in the Actions tab, about any run of the repository. */
  readonly pullRequest: number | null;
  readonly actor: string;
  readonly source: "comment" | "button" | "dispatch";
  /** A command is obeyed once however often it is delivered. */
  readonly commandId: string;
  /** When it was said, by GitHub's clock, in epoch milliseconds; null: a button, which names the head it was shown on. */
  readonly saidAt: number | null;
  readonly onHead: string | null;
}

/** What a run is called that the command begins. */
export const runBegunBy = ({ source, commandId }: Asked): string =>
  source === "comment" ? `c${commandId}` : commandId;

/** null: nothing to say, the sticky comment tells. */
export type Obeyed = { readonly reply: string | null; readonly look: string | null };

export async function obey(repository: ServedRepository, asked: Asked): Promise<Obeyed> {
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
  const found = await findRun(
    repository,
    asked.pullRequest,
    command.run,
    (run) => gate !== null && gateCalled(run, gate) !== null,
  );
  if ("reply" in found) return { reply: found.reply, look: null };
  if (isObeyed(found, asked)) return { reply: null, look: found.runId };
  switch (command.verb) {
    case "status":
      await repository.tell(found.state, found.pipeline, found.events);
      return { reply: null, look: found.runId };
    case "diagnose":
      await repository.tell(found.state, found.pipeline, found.events);
      return { reply: diagnosis(found.state, repository.redact), look: found.runId };
    case "cancel":
      return appendAsked(repository, found, asked, ({ state }) =>
        state.ended
          ? `run \`${found.runId}\` has ended already (${state.ended.status})`
          : cancellation(asked),
      );
    case "resume":
      return appendAsked(repository, found, asked, ({ state }) => {
        if (!state.ended) return `run \`${found.runId}\` is still going on`;
        if (state.ended.status === "success")
          return `run \`${found.runId}\` succeeded; start a new one with \`/attractor run\``;
        return resumption(asked);
      });
    case "fork":
      return fork(repository, found, asked, command.at);
    case "choose":
      return answer(repository, found, asked, command.gate, command.label);
    case "answer":
      return answer(repository, found, asked, command.gate, command.text);
  }
}

const isObeyed = ({ events }: FoundRun, { commandId }: Asked): boolean =>
  events.some((line) => "command_id" in line && line.command_id === commandId);

const cancellation = ({ actor, commandId }: Asked): EventBody => ({
  event: "cancellation_requested",
  reason: `canceled by @${actor}`,
  by: actor,
  command_id: commandId,
});

const resumption = ({ actor, commandId }: Asked): EventBody => ({
  event: "run_resumed",
  by: actor,
  reopened: true,
  lost_attempts: 0,
  command_id: commandId,
});

const HELP = `\`/attractor run GRAPH [key=value…]\` starts a graph of the base branch on this pull request
\`/attractor status\`, \`cancel\`, \`resume\`, \`diagnose\` \`[RUN]\`
\`/attractor fork NODE@VISIT\` runs again from that visit, as a new run
\`/attractor choose GATE LABEL\` answers a question; \`/attractor answer GATE text\` answers in free text
With several runs on a pull request, add \`--run RUN\`
\`/attractor help\` shows this`;
