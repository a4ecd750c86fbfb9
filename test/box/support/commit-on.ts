import type { Octokit } from "octokit";

/** A commit with one file more than `parent`. */
export async function commitOn(
  me: Octokit,
  at: { readonly owner: string; readonly repo: string },
  parent: string,
  path: string,
  content: string,
  message = "x",
): Promise<string> {
  const tree = await me.rest.git.createTree({
    ...at,
    base_tree: parent,
    tree: [{ path, mode: "100644", type: "blob", content }],
  });
  return (await me.rest.git.createCommit({ ...at, message, tree: tree.data.sha, parents: [parent] })).data
    .sha;
}
