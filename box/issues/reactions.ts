import { userOf } from "../auth/tokens.ts";
import { type Answer, created, ok } from "../http/answer.ts";
import type { RepositoryCall, RepositoryHandler } from "../http/call.ts";
import { pageOf } from "../http/paging.ts";
import type { Reaction } from "../state/records.ts";
import { commentOf, issueOf } from "./find.ts";
import { reactionShape } from "./shape.ts";

export const reactToIssue: RepositoryHandler = (call) => react(call, issueOf(call).reactions);
export const reactToComment: RepositoryHandler = (call) => react(call, commentOf(call).reactions);

export const listCommentReactions: RepositoryHandler = (call) => {
  const wanted = commentOf(call).reactions.filter(
    ({ content }) => content === (call.query.content ?? content),
  );
  return pageOf(call, wanted, (page) => page.map((one) => reactionShape(call.world, one)));
};

/** The same reaction of the same user is there once: 200 instead of 201. No webhook tells of reactions. */
function react({ world, principal, body }: RepositoryCall, reactions: Reaction[]): Answer {
  const user = userOf(world, principal);
  const { content } = body as { content: string };
  const known = reactions.find((one) => one.user.id === user.id && one.content === content);
  if (known !== undefined) return ok(reactionShape(world, known));
  const fresh = { id: world.nextId(), user, content, createdAt: world.clock.now() };
  reactions.push(fresh);
  return created(reactionShape(world, fresh));
}
