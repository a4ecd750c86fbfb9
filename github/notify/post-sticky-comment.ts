/** One sticky comment per run, found by its marker; twins that a lost answer made are taken away (docs/protocol.md). */
import { z } from "zod";
import type { GitHub } from "../api/request.ts";
import { statusOf } from "../ledger/git-data.ts";
import { markedRun, markerOf } from "./marker.ts";

const Comment = z.object({
  id: z.number(),
  body: z.string().nullish(),
  user: z.object({ type: z.string() }).nullish(),
});

export interface StickyComment {
  /** `asked`: also when nothing changed since it was last written here. */
  write(body: string, asked: boolean): Promise<void>;
}

export interface StickyPlace {
  readonly issue: number;
  readonly runId: string;
  readonly since: Date;
  /** Nobody can have said anything yet but somebody who does so at this moment. */
  readonly fresh: boolean;
}

interface Found {
  readonly id: number;
  readonly body: string;
}

export function stickyComment(github: GitHub, { issue, runId, since, fresh }: StickyPlace): StickyComment {
  let known: number | null = null;
  let looked = fresh;
  let written: string | null = null;

  async function find(): Promise<Found | null> {
    const found: Found[] = [];
    for (let page = 1; page <= 20; page++) {
      const { data } = await github.request("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", {
        issue_number: issue,
        since: since.toISOString(),
        per_page: 100,
        page,
      });
      const comments = z.array(Comment).parse(data);
      // A person who quotes the marker does not own the run's comment.
      found.push(
        ...comments
          .filter((each) => each.user?.type === "Bot" && markedRun(each.body ?? "") === runId)
          .map(({ id, body }) => ({ id, body: body ?? "" })),
      );
      if (comments.length < 100) break;
    }
    const [keep, ...twins] = found.sort((a, b) => a.id - b.id);
    for (const { id } of twins) {
      await github.request("DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}", { comment_id: id });
    }
    return keep ?? null;
  }

  const update = (comment_id: number, body: string) =>
    github.request("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", { comment_id, body });

  return {
    async write(text, asked) {
      const body = `${markerOf(runId)}\n${text}`;
      if (body === written && !asked) return;
      if (!looked) {
        const found = await find();
        known = found?.id ?? null;
        // Another process said the same: what stands is not written again.
        if (found?.body.trimEnd() === body.trimEnd()) written = body;
      }
      looked = true;
      if (written === body && !asked) return;
      if (known === null) {
        const { data } = await github.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
          issue_number: issue,
          body,
        });
        const { id: made } = Comment.parse(data);
        // Somebody may have been as fast, or died with theirs on the way.
        known = (await find())?.id ?? made;
        if (known !== made) await update(known, body);
      } else {
        try {
          await update(known, body);
        } catch (error) {
          // Somebody deleted it: the next time it is written anew.
          known = null;
          looked = false;
          written = null;
          if (statusOf(error) === 404) return;
          throw error;
        }
      }
      written = body;
    },
  };
}
