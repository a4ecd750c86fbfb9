/** A comment that may be a command, whether a webhook brings it or a list shows it. */
import { z } from "zod";

const Comment = z.object({
  id: z.number(),
  body: z.string().nullish(),
  created_at: z.string(),
  updated_at: z.string().optional(),
  user: z.object({ login: z.string(), type: z.string() }).nullish(),
});

const Delivered = z.object({
  // GitHub leaves the key out where the comment stands on a plain issue.
  issue: z.object({ number: z.number(), pull_request: z.unknown().optional() }),
  comment: Comment,
});

const Listed = z.array(
  Comment.extend({
    html_url: z.string(),
    issue_url: z.string(),
    reactions: z.object({ total_count: z.number() }).optional(),
  }),
);

export interface CommandComment {
  readonly id: number;
  readonly body: string;
  /** By GitHub's clock, whole seconds. */
  readonly at: number;
  readonly issue: number;
  readonly onPull: boolean;
  /** null: an account that is gone, or a bot's. */
  readonly login: string | null;
  readonly edited: boolean;
  readonly reactions: number;
}

export function delivered(payload: unknown): CommandComment {
  const { issue, comment } = Delivered.parse(payload);
  return {
    ...common(comment),
    issue: issue.number,
    onPull: issue.pull_request !== undefined && issue.pull_request !== null,
    reactions: 0,
  };
}

export const listed = (data: unknown): CommandComment[] =>
  Listed.parse(data).map((comment) => ({
    ...common(comment),
    issue: Number(comment.issue_url.split("/").at(-1)),
    onPull: /\/pull\/\d+(?:#|$)/.test(comment.html_url),
    reactions: comment.reactions?.total_count ?? 0,
  }));

function common({ id, body, created_at, updated_at, user }: z.infer<typeof Comment>) {
  return {
    id,
    body: body ?? "",
    at: Date.parse(created_at),
    login: user && user.type !== "Bot" ? user.login : null,
    edited: updated_at !== undefined && updated_at !== created_at,
  };
}
