/** A reaction on a comment, at once: it was seen. */
import type { GitHub } from "../github/request.ts";

/** Whether it is the first: a comment that is delivered again has the reaction already, and got its answer. */
export async function react(github: GitHub, comment_id: number, content: string): Promise<boolean> {
  const { status } = await github.request(
    "POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions",
    { comment_id, content },
  );
  return status === 201;
}
