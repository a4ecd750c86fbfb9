import { objectType, readBlob, writeBlob } from "../git/objects.ts";
import { created, notFound, ok, unprocessable } from "../http/answer.ts";
import type { RepositoryHandler } from "../http/call.ts";
import { repositoryApi } from "../repos/shape.ts";

export const createBlob: RepositoryHandler = async ({ world, repository, body }) => {
  const { content, encoding = "utf-8" } = body as { content: string; encoding?: string };
  if (encoding !== "utf-8" && encoding !== "base64")
    throw unprocessable(`${encoding} is not a supported encoding`);
  const sha = await writeBlob(
    repository.gitDir,
    Buffer.from(content, encoding === "base64" ? "base64" : "utf8"),
  );
  return created({ sha, url: `${repositoryApi(world, repository)}/git/blobs/${sha}` });
};

export const getBlob: RepositoryHandler = async ({ world, repository, params, accept }) => {
  const sha = params.file_sha!;
  if (!/^[0-9a-f]{40}$/.test(sha))
    throw unprocessable("The sha parameter must be exactly 40 characters and contain only [0-9a-f].");
  if ((await objectType(repository.gitDir, sha)) !== "blob") throw notFound();
  const bytes = await readBlob(repository.gitDir, sha);
  if (/\braw\b/.test(accept))
    return {
      status: 200,
      raw: bytes,
      headers: { "content-type": "application/vnd.github.raw+json; charset=utf-8" },
    };
  return ok({
    sha,
    node_id: Buffer.from(`Blob:${sha}`).toString("base64url"),
    size: bytes.length,
    url: `${repositoryApi(world, repository)}/git/blobs/${sha}`,
    content: bytes.toString("base64"),
    encoding: "base64",
  });
};
