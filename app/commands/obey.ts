/** What each command does. Every refusal is one polite line that names the mend. */
import { z } from "zod";
import { answerTo } from "../../engine/core/answers.ts";
import type { EventBody } from "../../engine/core/events.ts";
import { parseEvent } from "../../engine/core/events.ts";
import { foldAll } from "../../engine/core/fold.ts";
import type { RunState } from "../../engine/core/state.ts";
import type { ServedRepository } from "../repository.ts";
import { type FoundRun, findRun } from "./find.ts";
import type { Command } from "./parse.ts";
import { startRun } from "./start.ts";

export interface Asked {
  readonly command: Command;
  readonly pullRequest: number;
  readonly actor: string;
  /** The comment's id: a command is obeyed once however often it is delivered. */
  readonly commandId: string;
}

/** null: nothing to say, the sticky comment tells. */
export type Obeyed = { readonly reply: string | null; readonly look: string | null };

export async function obey(repository: ServedRepository, asked: Asked): Promise<Obeyed> {
  const { command } = asked;
  if (command.verb === "help") return { reply: HELP, look: null };
  if (command.verb === "run") return startRun(repository, asked, command);
  const found = await findRun(repository, asked.pullRequest, command.run);
  if ("reply" in found) return { reply: found.reply, look: null };
  switch (command.verb) {
    case "status":
    case "diagnose":
      await repository.tell(found.state, found.pipeline);
      return { reply: null, look: found.runId };
    case "cancel":
      if (found.state.ended)
        return {
          reply: `run \`${found.runId}\` has ended already (${found.state.ended.status})`,
          look: null,
        };
      return append(repository, found, asked, {
        event: "cancellation_requested",
        reason: `canceled by @${asked.actor}`,
        by: asked.actor,
        command_id: asked.commandId,
      });
    case "resume":
      if (!found.state.ended) return { reply: `run \`${found.runId}\` is still going on`, look: found.runId };
      if (found.state.ended.status === "success")
        return {
          reply: `run \`${found.runId}\` succeeded; start a new one with \`/attractor run\``,
          look: null,
        };
      return append(repository, found, asked, {
        event: "run_resumed",
        by: asked.actor,
        reopened: true,
        lost_attempts: 0,
      });
    case "choose":
    case "answer": {
      const moved = await headMoved(repository, found.state, asked.pullRequest);
      if (moved) return { reply: moved, look: null };
      const text = command.verb === "choose" ? command.label : command.text;
      const answer = answerTo(found.state, command.gate, text, {
        by: asked.actor,
        source: "comment",
        command_id: asked.commandId,
      });
      if (!answer.ok) return { reply: answer.message, look: null };
      return append(repository, found, asked, answer.event);
    }
    case "fork":
      return {
        reply: "forking works on a downloaded run folder: `attractor fork DIR NODE@VISIT`",
        look: null,
      };
  }
}

const HELP = `\`/attractor run GRAPH [key=value…]\` starts a graph of the base branch on this pull request
\`/attractor status\`, \`cancel\`, \`resume\`, \`diagnose\` \`[RUN]\`
\`/attractor choose GATE LABEL\` answers a question; \`/attractor answer GATE text\` answers in free text
\`/attractor help\` shows this`;

const TRIES = 5;

/** On the tip where it was decided; if somebody else was faster, it is decided anew. */
async function append(
  repository: ServedRepository,
  found: FoundRun,
  asked: Asked,
  event: EventBody,
): Promise<Obeyed> {
  const ledger = repository.ledger(found.runId);
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const { tip, events } = await ledger.read();
    const parsed = events.map(parseEvent);
    if (parsed.some((line) => "command_id" in line && line.command_id === asked.commandId))
      return { reply: null, look: found.runId };
    const state = foldAll(found.pipeline, parsed);
    const late = tooLate(state, event);
    if (late) return { reply: late, look: null };
    const stored = await ledger.append(tip, [
      { ts: new Date(repository.clock.now()).toISOString(), ...event },
    ]);
    if (stored.ok) return { reply: null, look: found.runId };
  }
  return { reply: "the run is changing too fast right now; say it again in a moment", look: found.runId };
}

function tooLate(state: RunState, event: EventBody): string | null {
  if (event.event === "human_gate_answered") {
    const check = answerTo(state, event.gate, event.label ?? event.text ?? "", {
      by: event.by,
      source: "comment",
    });
    return check.ok ? null : `${check.message}; somebody may have answered first`;
  }
  if (event.event === "run_resumed") return state.ended ? null : "the run is going on already";
  return state.ended ? `the run has ended already (${state.ended.status})` : null;
}

const Pull = z.object({ head: z.object({ sha: z.string() }) });

/** An answer is about the code that was looked at: a new head voids the question (R-GH-7). */
async function headMoved(
  repository: ServedRepository,
  state: RunState,
  pullRequest: number,
): Promise<string | null> {
  const asked = state.started?.github?.head_sha;
  if (asked === undefined) return null;
  const { data } = await repository.github.request("GET /repos/{owner}/{repo}/pulls/{pull_number}", {
    pull_number: pullRequest,
  });
  const now = Pull.parse(data).head.sha;
  if (now === asked) return null;
  return `the question was asked about ${asked.slice(0, 12)}, the head is now ${now.slice(0, 12)}: cancel and run again on the new head`;
}
