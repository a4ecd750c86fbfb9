/** A reaction on a comment: what it asked is written down, or refused. An ornament: nothing waits for it. */
import { REFUSED_FOR_GOOD } from "../api/refused.ts";
import type { GitHub } from "../api/request.ts";
import { statusOf } from "../ledger/git-data.ts";

/** Whether it is the first: a comment that is delivered again has the reaction already. */
export async function react(github: GitHub, comment_id: number, content: string): Promise<boolean> {
  try {
    const { status } = await github.request(
      "POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions",
      { comment_id, content },
    );
    return status === 201;
  } catch (error) {
    if (REFUSED_FOR_GOOD.has(statusOf(error))) return false;
    throw error;
  }
}
