/** What GitHub answers about a repository's set-up. Reads, and leaves nothing behind. */
import type { z } from "zod";
import { messageOf } from "../../engine/message-of.ts";

export interface GitHubAccess {
  readonly apiUrl: string;
  readonly repository: string;
  readonly token: string;
}

const PER_PAGE = 100;

export const ASK_AS_ADMIN =
  "run doctor with GITHUB_TOKEN set to a token of somebody who administers the repository";

/** A setting of the repository's Actions. */
export const readSetting = <T>(
  access: GitHubAccess,
  what: string,
  schema: z.ZodType<T>,
): Promise<T | string> =>
  readOf(access, `actions/${what}`, schema, "the token needs to administer the repository");

/** What GitHub answers of something in the repository, or why it gives no answer. */
export async function readOf<T>(
  { apiUrl, repository, token }: GitHubAccess,
  what: string,
  schema: z.ZodType<T>,
  needs: string,
  page = 1,
): Promise<T | string> {
  const url = `${apiUrl}/repos/${repository}/${what}?per_page=${PER_PAGE}${page === 1 ? "" : `&page=${page}`}`;
  const headers = { authorization: `Bearer ${token}`, accept: "application/vnd.github+json" };
  try {
    const answer = await fetch(url, { headers });
    if (!answer.ok) return `GitHub answers ${answer.status}; ${needs}`;
    return schema.parse(await answer.json());
  } catch (error) {
    return `GitHub gave no answer that can be read: ${messageOf(error)}`;
  }
}
