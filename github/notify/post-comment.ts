/** One comment of its own: an answer to a person, nobody mentioned. */
import { neutraliseMentions } from "../../engine/report/escape.ts";
import { REFUSED_FOR_GOOD } from "../api/refused.ts";
import type { GitHub } from "../api/request.ts";
import { statusOf } from "../ledger/git-data.ts";

export const postComment = (github: GitHub, issue_number: number, body: string): Promise<unknown> =>
  github.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
    issue_number,
    body: neutraliseMentions(body),
  });

/** What was taken is written down: a conversation that takes no comment keeps nothing from its course. */
export async function postIfTaken(github: GitHub, issue: number, body: string): Promise<void> {
  try {
    await postComment(github, issue, body);
  } catch (error) {
    if (!REFUSED_FOR_GOOD.has(statusOf(error))) throw error;
  }
}
