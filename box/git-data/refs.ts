import { objectType } from "../git/objects.ts";
import { isAncestor, isRefName, NO_OBJECT, type Ref, readRef, swapRef } from "../git/refs.ts";
import { created, noContent, notFound, ok, unprocessable } from "../http/answer.ts";
import type { RepositoryCall, RepositoryHandler } from "../http/call.ts";
import { pusherFrom } from "../repos/pusher.ts";
import { refMoved } from "../repos/ref-moved.ts";
import { repositoryApi } from "../repos/shape.ts";
import { refuseUpdate } from "../repos/update-hook.ts";
import { visibleRef, visibleRefs } from "../repos/visible-refs.ts";

/** A name in the way of another, or an object that such a ref cannot hold. */
const FAILED = "Reference update failed";

export const getRef: RepositoryHandler = async ({ world, repository, params }) => {
  const ref = await visibleRef(world, repository, `refs/${params.ref}`);
  if (ref === undefined) throw notFound();
  return ok(shape({ world, repository }, ref));
};

/** Everything that starts with the text, in any namespace; nothing found is an empty list. */
export const listMatchingRefs: RepositoryHandler = async ({ world, repository, params }) => {
  const refs = await visibleRefs(world, repository, `refs/${params.ref}`);
  return ok(refs.map((ref) => shape({ world, repository }, ref)));
};

export const createRef: RepositoryHandler = async (call) => {
  const { world, repository } = call;
  const { ref, sha } = call.body as { ref: string; sha: string };
  if (!/^refs\/[^/]+\/.+/.test(ref) || !(await isRefName(ref)))
    throw unprocessable("Reference name is invalid");
  refuseHidden(ref);
  const type = await objectType(repository.gitDir, sha);
  if (type === undefined) throw unprocessable("Object does not exist");
  await refuseUpdate(call, ref, NO_OBJECT, sha);
  if (!(await swapRef(repository.gitDir, ref, sha, NO_OBJECT))) {
    throw unprocessable((await readRef(repository.gitDir, ref)) ? "Reference already exists" : FAILED);
  }
  await refMoved(
    world,
    repository,
    { name: ref, before: NO_OBJECT, after: sha },
    pusherFrom(world, call.principal),
  );
  return created(shape({ world, repository }, { name: ref, sha, type }));
};

/** Without `force` only forward. Two callers that saw the same tip: one moves it, the other is no fast-forward any more. */
export const updateRef: RepositoryHandler = async (call) => {
  const { world, repository, params } = call;
  const { sha, force } = call.body as { sha: string; force?: boolean };
  const name = `refs/${params.ref}`;
  refuseHidden(name);
  const type = await objectType(repository.gitDir, sha);
  if (type === undefined) throw unprocessable("Object does not exist");
  for (;;) {
    const before = await readRef(repository.gitDir, name);
    if (before === undefined) throw unprocessable("Reference does not exist");
    if (force !== true && !(await isAncestor(repository.gitDir, before.sha, sha))) {
      throw unprocessable("Update is not a fast forward");
    }
    await refuseUpdate(call, name, before.sha, sha);
    if (!(await swapRef(repository.gitDir, name, sha, before.sha))) {
      if ((await readRef(repository.gitDir, name))?.sha === before.sha) throw unprocessable(FAILED);
      continue;
    }
    if (before.sha !== sha) {
      await refMoved(
        world,
        repository,
        { name, before: before.sha, after: sha },
        pusherFrom(world, call.principal),
      );
    }
    return ok(shape({ world, repository }, { name, sha, type }));
  }
};

export const deleteRef: RepositoryHandler = async (call) => {
  const { world, repository, params, principal } = call;
  const name = `refs/${params.ref}`;
  refuseHidden(name);
  const before = await readRef(repository.gitDir, name);
  if (before === undefined) throw unprocessable("Reference does not exist");
  if (name === `refs/heads/${repository.defaultBranch}`)
    throw unprocessable("Cannot delete the default branch");
  await refuseUpdate(call, name, before.sha, NO_OBJECT);
  if (!(await swapRef(repository.gitDir, name, NO_OBJECT, before.sha)))
    throw unprocessable("Reference does not exist");
  await refMoved(
    world,
    repository,
    { name, before: before.sha, after: NO_OBJECT },
    pusherFrom(world, principal),
  );
  return noContent();
};

/** Pull request refs are GitHub's own. */
function refuseHidden(name: string): void {
  if (name.startsWith("refs/pull/")) throw unprocessable("Reference cannot be updated: it is hidden");
}

function shape(
  { world, repository }: Pick<RepositoryCall, "world" | "repository">,
  { name, sha, type }: Ref,
) {
  const api = repositoryApi(world, repository);
  return {
    ref: name,
    node_id: Buffer.from(`Ref:${repository.id}:${name}`).toString("base64url"),
    url: `${api}/git/${name}`,
    object: { type, sha, url: `${api}/git/${type}s/${sha}` },
  };
}
