/** A new comment on a pull request: a reaction at once, then the command, then one line if something is wrong. */
import { z } from "zod";
import { neutraliseMentions } from "../../engine/report/escape.ts";
import { obey } from "../commands/obey.ts";
import { parseCommand } from "../commands/parse.ts";
import type { GitHub } from "../github/request.ts";
import type { Host } from "./host.ts";
import { mayWrite } from "./permission.ts";

const Payload = z.object({
  installation: z.object({ id: z.number() }),
  repository: z.object({ full_name: z.string() }),
  issue: z.object({ number: z.number(), pull_request: z.unknown() }),
  comment: z.object({
    id: z.number(),
    body: z.string(),
    user: z.object({ login: z.string(), type: z.string() }).nullable(),
  }),
});

export async function onComment(host: Host, payload: unknown): Promise<void> {
  const { installation, repository: repo, issue, comment } = Payload.parse(payload);
  const parsed = parseCommand(comment.body);
  if (parsed.kind === "none" || comment.user === null || comment.user.type === "Bot") return;
  const repository = await host.repository(installation.id, repo.full_name);
  const { github } = repository;
  if (issue.pull_request === undefined || issue.pull_request === null) {
    await say(github, issue.number, "runs live on pull requests: say it on one");
    return;
  }
  if (!(await mayWrite(github, comment.user.login))) {
    await react(github, comment.id, "-1");
    await say(github, issue.number, "commands are for people who may write to this repository");
    return;
  }
  if (parsed.kind === "problem") {
    await react(github, comment.id, "confused");
    await say(github, issue.number, parsed.message);
    return;
  }
  await react(github, comment.id, "eyes");
  const obeyed = await obey(repository, {
    command: parsed.command,
    pullRequest: issue.number,
    actor: comment.user.login,
    commandId: String(comment.id),
  });
  if (obeyed.reply !== null) await say(github, issue.number, obeyed.reply);
  if (obeyed.look !== null) await host.look(installation.id, repo.full_name, obeyed.look);
}

const react = (github: GitHub, comment_id: number, content: string): Promise<unknown> =>
  github.request("POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions", {
    comment_id,
    content,
  });

const say = (github: GitHub, issue_number: number, body: string): Promise<unknown> =>
  github.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
    issue_number,
    body: neutraliseMentions(body),
  });
