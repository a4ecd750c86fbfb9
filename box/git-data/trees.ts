import {
  objectType,
  readTree,
  type TreeChange,
  type TreeEntry,
  writeBlob,
  writeTree,
} from "../git/objects.ts";
import { created, notFound, ok, unprocessable } from "../http/answer.ts";
import type { RepositoryCall, RepositoryHandler } from "../http/call.ts";
import { repositoryApi } from "../repos/shape.ts";
import { visibleCommit } from "../repos/visible-refs.ts";

const MOST_ENTRIES = 100_000;

interface Wanted {
  readonly path?: string;
  readonly mode?: string;
  readonly type?: string;
  readonly sha?: string | null;
  readonly content?: string;
}

export const createTree: RepositoryHandler = async (call) => {
  const { repository } = call;
  const { tree, base_tree: base } = call.body as { tree: Wanted[]; base_tree?: string };
  const { gitDir } = repository;
  if (tree.length === 0) throw unprocessable("Invalid tree info");
  if (base !== undefined && !["tree", "commit"].includes((await objectType(gitDir, base)) ?? "")) {
    throw unprocessable("base_tree is not a valid tree oid");
  }
  const changes: TreeChange[] = [];
  for (const wanted of tree) changes.push(...(await changesFor(gitDir, wanted)));
  const written = await writeTree(gitDir, base, changes);
  if ("error" in written)
    throw unprocessable(`tree.path contains a malformed path component: ${written.error}`);
  return created(shape(call, written.sha, await readTree(gitDir, written.sha, false)));
};

async function changesFor(gitDir: string, { path, mode, sha, content }: Wanted): Promise<TreeChange[]> {
  if (path === undefined || path === "") throw unprocessable("tree.path is missing");
  if (mode === undefined) throw unprocessable("Must supply a valid tree.mode");
  if (sha !== undefined && content !== undefined)
    throw unprocessable("Must supply either tree.sha or tree.content, not both");
  if (sha === null) return [{ path, mode, sha: null }];
  if (content !== undefined) return [{ path, mode, sha: await writeBlob(gitDir, content) }];
  if (sha === undefined) throw unprocessable("Must supply tree.sha or tree.content");
  const type = await objectType(gitDir, sha);
  if (type === "blob") return [{ path, mode, sha }];
  if (type !== "tree" || mode !== "040000")
    throw unprocessable(`tree.sha ${sha} is not a valid ${mode === "040000" ? "tree" : "blob"}`);
  const entries = await readTree(gitDir, sha, true);
  return entries
    .filter((entry) => entry.type !== "tree")
    .map((entry) => ({ path: `${path}/${entry.path}`, mode: entry.mode, sha: entry.sha }));
}

export const getTree: RepositoryHandler = async (call) => {
  const { world, repository, params, query } = call;
  const named = params.tree_sha!;
  const sha = (await visibleCommit(world, repository, named)) ?? named;
  const type = /^[0-9a-f]{40}$/.test(sha) ? await objectType(repository.gitDir, sha) : undefined;
  if (type !== "tree" && type !== "commit") throw notFound();
  return ok(shape(call, sha, await readTree(repository.gitDir, sha, query.recursive !== undefined)));
};

function shape({ world, repository }: RepositoryCall, sha: string, entries: readonly TreeEntry[]) {
  const api = repositoryApi(world, repository);
  return {
    sha,
    url: `${api}/git/trees/${sha}`,
    truncated: entries.length > MOST_ENTRIES,
    tree: entries.slice(0, MOST_ENTRIES).map((entry) => ({
      path: entry.path,
      mode: entry.mode,
      type: entry.type,
      sha: entry.sha,
      ...(entry.size === undefined ? {} : { size: entry.size }),
      url: `${api}/git/${entry.type}s/${entry.sha}`,
    })),
  };
}
