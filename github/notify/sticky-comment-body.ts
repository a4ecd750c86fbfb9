/** What the sticky comment says: the report of `engine/report/markdown.ts`, and above it where the run no longer is at the head. */
import type { RunState } from "../../engine/core/state.ts";

/** `head`: the pull request's now, when it is known. */
export const stickyCommentBody = (state: RunState, head: string | null, report: string): string =>
  `${moved(state, head)}${report}`;

/** A run keeps to the commit that it began with, so people must see when that is no longer the head. */
function moved(state: RunState, head: string | null): string {
  const began = state.started?.github?.head_sha;
  if (state.ended || head === null || began === undefined || head === began) return "";
  return `> This run works on \`${began.slice(0, 12)}\`; the pull request's head is now \`${head.slice(0, 12)}\`. To work on that, cancel this run and start another.\n\n`;
}
