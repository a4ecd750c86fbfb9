/** A pull request in the box, and what people say on it. */
import type { Scene } from "./support.ts";

export interface Pull {
  readonly number: number;
  /** The commit that it was opened with. */
  readonly sha: string;
  /** Gives the name of the run that these words begin, if they begin one. */
  say(body: string): Promise<string>;
  comments(): Promise<string[]>;
}

/** `files`: what its branch changes; null where the branch is there. `settle`: what everything that is said waits for. */
export async function openPull(
  s: Scene,
  {
    head = "feature",
    files = { "wip.txt": "x" },
    settle,
  }: {
    readonly head?: string;
    readonly files?: Readonly<Record<string, string>> | null;
    readonly settle?: () => Promise<unknown>;
  } = {},
): Promise<Pull> {
  if (files !== null) await s.box.commit(s.repository, { by: s.user, branch: head, message: "wip", files });
  const opened = { ...s.at, title: "Game", head, base: "main" };
  const { data: pull } = await s.me.request("POST /repos/{owner}/{repo}/pulls", opened);
  const at = { ...s.at, issue_number: pull.number };
  return {
    number: pull.number,
    sha: pull.head.sha,
    async say(body) {
      const route = "POST /repos/{owner}/{repo}/issues/{issue_number}/comments";
      const { data } = await s.me.request(route, { ...at, body });
      await settle?.();
      return `c${data.id}`;
    },
    async comments() {
      const { data } = await s.me.request("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", at);
      return data.map(({ body }) => body ?? "");
    },
  };
}
