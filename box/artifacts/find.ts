import { jobsOf, newest } from "../actions/record.ts";
import type { Artifact, Job, Run } from "../state/records.ts";
import type { World } from "../state/world.ts";

/** The run whose newest attempt has this space of artifact names. */
export function runOfBackend(world: World, backendId: string): Run | undefined {
  for (const { runs } of world.repositories.values()) {
    for (const run of runs.values()) if (newest(run).backendId === backendId) return run;
  }
  return undefined;
}

export function artifactById(world: World, id: number): Artifact | undefined {
  for (const { artifacts } of world.repositories.values()) {
    const found = artifacts.get(id);
    if (found !== undefined) return found;
  }
  return undefined;
}

export function jobById(world: World, id: number): Job | undefined {
  return [...world.repositories.values()].flatMap(jobsOf).find((job) => job.id === id);
}

export const isExpired = (world: World, { expiresAt }: Artifact): boolean => expiresAt <= world.clock.now();

/** What the service shows of a run's name space: finalized and not expired, newest first. */
export function listed(world: World, run: Run, backendId: string): Artifact[] {
  return [...run.repository.artifacts.values()]
    .filter((one) => one.backendId === backendId && one.finalized && !isExpired(world, one))
    .toReversed();
}
