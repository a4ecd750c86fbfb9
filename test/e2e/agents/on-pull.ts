/** One provider of a repository's own, and a pull request on which somebody speaks to the app. */
import type { Scene } from "../support.ts";

/** The configuration: every model call goes to that server, with the secret MODEL_KEY. */
export function ownProvider(serverUrl: string): string {
  const api = { protocol: "openai_chat_completions", base_url: `${serverUrl}/v1`, api_key_env: "MODEL_KEY" };
  const ours = { backend: "api", api, models: { "m-1": { input: 1, output: 1 } }, failover: [] };
  return JSON.stringify({ version: 1, llm: { providers: { ours }, force_models: { ours: "m-1" } } });
}

/** Says something on the pull request, and gives the comment's id: once all that follows is done, or at once. */
type Say = (body: string, wait?: "to the end" | "not") => Promise<number>;

/** Opens it. */
export async function openPull(s: Scene, title: string, settle: () => Promise<void>): Promise<Say> {
  await s.box.commit(s.repository, {
    ...{ by: s.user, branch: "feature", message: "wip" },
    files: { "wip.txt": "x" },
  });
  const { data: pull } = await s.me.request("POST /repos/{owner}/{repo}/pulls", {
    ...{ ...s.at, title, head: "feature", base: "main" },
  });
  return async (body, wait = "to the end") => {
    const { data } = await s.me.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
      ...{ ...s.at, issue_number: pull.number, body },
    });
    if (wait !== "not") await settle();
    return Number(data.id);
  };
}
