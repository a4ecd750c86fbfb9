import { readBlob, readTree, type TreeEntry } from "../git/objects.ts";
import { notFound, ok } from "../http/answer.ts";
import type { RepositoryCall, RepositoryHandler } from "../http/call.ts";
import { repositoryApi, repositoryPage } from "./shape.ts";
import { visibleCommit } from "./visible-refs.ts";

/** Larger files come without content; the blob API has them. */
const LARGEST_INLINE = 1024 * 1024;

export const getContent: RepositoryHandler = async (call) => {
  const { world, repository, params, query, accept } = call;
  const commit = await visibleCommit(world, repository, String(query.ref ?? repository.defaultBranch));
  if (commit === undefined) throw notFound();
  const path = params.path!.replace(/^\/+|\/+$/g, "");
  const entry = path === "" ? undefined : await entryAt(repository.gitDir, commit, path);
  if (path !== "" && entry === undefined) throw notFound();
  if (entry === undefined || entry.type === "tree") {
    const entries = await readTree(repository.gitDir, path === "" ? commit : `${commit}:${path}`, false);
    return ok(
      entries.map((one) =>
        shape(call, commit, { ...one, path: path === "" ? one.path : `${path}/${one.path}` }),
      ),
    );
  }
  const bytes = await readBlob(repository.gitDir, entry.sha);
  if (/\braw\b/.test(accept))
    return {
      status: 200,
      raw: bytes,
      headers: { "content-type": "application/vnd.github.raw+json; charset=utf-8" },
    };
  const inline = bytes.length <= LARGEST_INLINE;
  return ok({
    ...shape(call, commit, entry),
    encoding: inline ? "base64" : "none",
    content: inline ? inLines(bytes.toString("base64")) : "",
  });
};

async function entryAt(gitDir: string, commit: string, path: string): Promise<TreeEntry | undefined> {
  const slash = path.lastIndexOf("/");
  const folder = slash < 0 ? commit : `${commit}:${path.slice(0, slash)}`;
  const entries = await readTree(gitDir, folder, false).catch(() => []);
  const found = entries.find((one) => one.path === path.slice(slash + 1));
  return found && { ...found, path };
}

function shape({ world, repository }: RepositoryCall, commit: string, { path, type, sha, size }: TreeEntry) {
  const kind = type === "tree" ? "dir" : "file";
  const url = `${repositoryApi(world, repository)}/contents/${path}?ref=${commit}`;
  const git = `${repositoryApi(world, repository)}/git/${type}s/${sha}`;
  const html = `${repositoryPage(world, repository)}/${type}/${commit}/${path}`;
  return {
    type: kind,
    name: path.slice(path.lastIndexOf("/") + 1),
    path,
    sha,
    size: size ?? 0,
    url,
    git_url: git,
    html_url: html,
    download_url: kind === "file" ? `${html}?raw=true` : null,
    _links: { self: url, git, html },
  };
}

const inLines = (base64: string): string => base64.replaceAll(/.{60}/g, "$&\n");
