/** One comment of its own: an answer to a person, nobody mentioned. */
import { neutraliseMentions } from "../../engine/report/escape.ts";
import type { GitHub } from "../api/request.ts";

export const postComment = (github: GitHub, issue_number: number, body: string): Promise<unknown> =>
  github.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
    issue_number,
    body: neutraliseMentions(body),
  });
