/** A comment that commands: what it asks is written down first; answer and reaction follow, and say that it was. */
import { z } from "zod";
import { Comments } from "../api/comments.ts";
import type { GitHub } from "../api/request.ts";
import { executeCommand } from "../commands/execute.ts";
import { parseCommand } from "../commands/parse.ts";
import { postComment, postIfTaken } from "../notify/post-comment.ts";
import { replyText } from "../notify/reply.ts";
import { type CommandComment, delivered } from "./command-comment.ts";
import type { Rest } from "./inbox.ts";
import { Installation, Repository } from "./payload.ts";
import { mayWrite } from "./permission.ts";
import type { Place } from "./place.ts";
import type { Host } from "./port.ts";
import { react } from "./react.ts";

const Payload = z.object({
  installation: Installation,
  repository: Repository,
});

/** Resolves when it is written down. */
export async function onComment(host: Host, payload: unknown): Promise<void> {
  const { installation, repository } = Payload.parse(payload);
  await host.inbox.take(
    { installation: installation.id, fullName: repository.full_name },
    delivered(payload),
  );
}

/** Whether anything is to be done about it. */
export const isCommand = ({ body, login }: CommandComment): boolean =>
  login !== null && parseCommand(body).kind !== "none";

export async function executeComment(host: Host, place: Place, said: CommandComment): Promise<Rest> {
  const { login } = said;
  const parsed = parseCommand(said.body);
  if (parsed.kind === "none" || login === null) return async () => undefined;
  const repository = await host.repository(place.installation, place.fullName);
  const { github } = repository;
  const ending =
    (reaction: string, words: string | null): Rest =>
    async () => {
      if (words !== null) await postComment(github, said.issue, `${words}\n\n${answerTo(said.id)}`);
      await react(github, said.id, reaction);
    };
  if (!(await mayWrite(github, login))) return () => host.unauthorized.refuse(github, said.issue, said.id);
  if (await isAnswered(github, said)) return ending("eyes", null);
  if (!said.onPull) return ending("confused", "runs live on pull requests: say it on one");
  if (parsed.kind === "problem") return ending("confused", replyText(parsed.message));
  const { look, reply, markdown, show, done } = await executeCommand(repository, {
    command: parsed.command,
    pullRequest: said.issue,
    actor: login,
    source: "comment",
    commandId: String(said.id),
    saidAt: said.at,
    onHead: null,
  });
  if (look !== null) host.hint(place, look);
  return async () => {
    await show?.();
    if (reply === null && done !== undefined)
      await postIfTaken(github, said.issue, `${done}\n\n${answerTo(said.id)}`);
    await ending("eyes", reply === null || markdown ? reply : replyText(reply))();
  };
}

/** Ends a reply: the comment that it answers, so that nobody answers it again. */
const answerTo = (comment: number): string => `<!-- attractor:answer:${comment} -->`;

/** A command that was refused must not be executed when it comes again and would no longer be: no log holds a refusal. */
async function isAnswered(github: GitHub, { id, issue, at }: CommandComment): Promise<boolean> {
  const { data } = await github.request("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", {
    ...{ issue_number: issue, since: new Date(at).toISOString(), per_page: 100 },
  });
  return Comments.parse(data).some(
    ({ body, user }) => user?.type === "Bot" && body?.endsWith(answerTo(id)) === true,
  );
}
