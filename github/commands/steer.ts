/** `/attractor steer NODE "text"`: words for an agent, which wait in the log until one has heard them. */
import { asksModel } from "../../engine/graph/asks-model.ts";
import { inlineCode } from "../../engine/report/escape.ts";
import type { ServedRepository } from "../repository.ts";
import { appendCommand } from "./append.ts";
import type { FoundRun } from "./find.ts";
import type { Command } from "./parse.ts";
import type { CommandRequest, CommandResult } from "./request.ts";
import { toldWhen } from "./told-when.ts";

export async function steer(
  repository: ServedRepository,
  found: FoundRun,
  asked: CommandRequest,
  { node, text }: Extract<Command, { verb: "steer" }>,
): Promise<CommandResult> {
  const agents = [...found.pipeline.stages.values()].filter(asksModel).map(({ id }) => id);
  if (!agents.includes(node)) {
    const fix = agents.length === 0 ? "this graph has no agents" : `name one of ${agents.join(", ")}`;
    return { reply: `\`${node.replace(/[`\n]/g, "")}\` is no agent of this run; ${fix}`, look: found.runId };
  }
  return appendCommand(
    repository,
    found,
    asked,
    ({ state }) =>
      state.ended
        ? `run \`${found.runId}\` has ended already (${state.ended.status})`
        : {
            event: "agent_steered",
            ...{ node_id: node, text: repository.redact(text), by: asked.actor, command_id: asked.commandId },
          },
    (run) => `${inlineCode(node)} ${toldWhen(run, node)}.`,
  );
}
