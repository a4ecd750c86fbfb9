/**
 * Commands of people who may not write (docs/decisions/083): a reaction says that it was seen and not executed, one line per
 * pull request says why, and nobody makes the app say more than a few things a minute.
 */
import type { Clock } from "../../engine/clock.ts";
import { Comments } from "../api/comments.ts";
import type { GitHub } from "../api/request.ts";
import { postComment } from "../notify/post-comment.ts";
import { react } from "./react.ts";

const MARK = "<!-- attractor:not-a-writer -->";
const LINE = `Commands are for people who may write to this repository; ask one of them.\n\n${MARK}`;

const MOST = 5;
const WITHIN_MS = 60_000;
const MOST_PAGES = 3;

export interface UnauthorizedReplies {
  refuse(github: GitHub, issue: number, comment: number): Promise<void>;
}

export function unauthorizedReplies(clock: Clock): UnauthorizedReplies {
  const answered = new Map<string, number[]>();
  const told = new Set<string>();

  /** Beyond the bound a stranger is not answered at all: what the app says is seconds taken from everybody's runs. */
  function mayAnswer(repository: string): boolean {
    const now = clock.now();
    const recent = (answered.get(repository) ?? []).filter((at) => now - at < WITHIN_MS);
    if (recent.length < MOST) recent.push(now);
    else return false;
    answered.set(repository, recent);
    return true;
  }

  return {
    async refuse(github, issue, comment) {
      const repository = `${github.owner}/${github.repo}`;
      if (!mayAnswer(repository)) return;
      const fresh = await react(github, comment, "-1");
      const place = `${repository}#${issue}`;
      if (!fresh || told.has(place)) return;
      told.add(place);
      if (!(await isTold(github, issue))) await postComment(github, issue, LINE);
    },
  };
}

async function isTold(github: GitHub, issue_number: number): Promise<boolean> {
  for (let page = 1; page <= MOST_PAGES; page++) {
    const { data } = await github.request("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", {
      ...{ issue_number, per_page: 100, page },
    });
    const comments = Comments.parse(data);
    if (comments.some(({ body, user }) => user?.type === "Bot" && body?.endsWith(MARK))) return true;
    if (comments.length < 100) return false;
  }
  // A conversation that long needs no line from us.
  return true;
}
