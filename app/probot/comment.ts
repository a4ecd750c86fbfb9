/** A new comment on a pull request: a reaction at once, then the command, then one line if something is wrong. */
import { z } from "zod";
import { obey } from "../commands/obey.ts";
import { parseCommand } from "../commands/parse.ts";
import { say } from "../speak/say.ts";
import type { Host } from "./host.ts";
import { mayWrite } from "./permission.ts";
import { react } from "./react.ts";

const Payload = z.object({
  installation: z.object({ id: z.number() }),
  repository: z.object({ full_name: z.string() }),
  issue: z.object({ number: z.number(), pull_request: z.unknown() }),
  comment: z.object({
    id: z.number(),
    body: z.string(),
    created_at: z.string(),
    user: z.object({ login: z.string(), type: z.string() }).nullable(),
  }),
});

export async function onComment(host: Host, payload: unknown): Promise<void> {
  const { installation, repository: repo, issue, comment } = Payload.parse(payload);
  const parsed = parseCommand(comment.body);
  if (parsed.kind === "none" || comment.user === null || comment.user.type === "Bot") return;
  const repository = await host.repository(installation.id, repo.full_name);
  const { github } = repository;
  const refuse = async (reaction: string, why: string): Promise<void> => {
    if (await react(github, comment.id, reaction)) await say(github, issue.number, why);
  };
  if (!(await mayWrite(github, comment.user.login)))
    return host.strangers.refuse(github, issue.number, comment.id);
  if (issue.pull_request === undefined || issue.pull_request === null)
    return refuse("confused", "runs live on pull requests: say it on one");
  if (parsed.kind === "problem") return refuse("confused", parsed.message);
  const fresh = await react(github, comment.id, "eyes");
  const obeyed = await obey(repository, {
    command: parsed.command,
    pullRequest: issue.number,
    actor: comment.user.login,
    source: "comment",
    commandId: String(comment.id),
    saidAt: Date.parse(comment.created_at),
    onHead: null,
  });
  if (obeyed.look !== null) await host.look(installation.id, repo.full_name, obeyed.look);
  if (obeyed.reply !== null && fresh) await say(github, issue.number, obeyed.reply);
}
