/** Refs as the API shows them: git's own, or for a while where they were before (the knob `staleReadsMs`). */

import { objectType } from "../git/objects.ts";
import { listRefs, NO_OBJECT, type Ref } from "../git/refs.ts";
import type { Repository } from "../state/records.ts";
import type { World } from "../state/world.ts";
import { takePushes } from "./pushes.ts";

export async function visibleRefs(world: World, repository: Repository, prefix: string): Promise<Ref[]> {
  const { staleReadsMs } = world.faults;
  if (staleReadsMs > 0) await takePushes(world, repository);
  const refs = await listRefs(repository.gitDir, prefix);
  const hidden = repository.moves.filter(
    ({ name, at }) => name.startsWith(prefix) && at > world.clock.now() - staleReadsMs,
  );
  if (staleReadsMs === 0 || hidden.length === 0) return refs;
  const shown = new Map(refs.map((ref) => [ref.name, ref]));
  for (const { name, before } of hidden.toReversed()) {
    if (before === NO_OBJECT) shown.delete(name);
    else
      shown.set(name, { name, sha: before, type: (await objectType(repository.gitDir, before)) ?? "commit" });
  }
  return [...shown.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

export async function visibleRef(
  world: World,
  repository: Repository,
  name: string,
): Promise<Ref | undefined> {
  return (await visibleRefs(world, repository, name)).find((ref) => ref.name === name);
}

/** What a branch, tag, full ref or SHA means to a reading caller. */
export async function visibleCommit(
  world: World,
  repository: Repository,
  name: string,
): Promise<string | undefined> {
  if (/^[0-9a-f]{40}$/.test(name)) {
    return (await objectType(repository.gitDir, name)) === "commit" ? name : undefined;
  }
  const full = name.startsWith("refs/")
    ? [name]
    : [`refs/${name}`, `refs/heads/${name}`, `refs/tags/${name}`];
  for (const candidate of full) {
    const ref = await visibleRef(world, repository, candidate);
    if (ref !== undefined) return ref.sha;
  }
  return undefined;
}
