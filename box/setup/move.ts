/** A repository under another name or another account. */

import { mkdirSync, renameSync } from "node:fs";
import { dirname, join } from "node:path";
import type { User } from "../state/model.ts";
import type { Repository } from "../state/records.ts";
import type { World } from "../state/world.ts";

export interface NewPlace {
  readonly owner?: User;
  readonly name?: string;
}

export function moveRepository(world: World, repository: Repository, to: NewPlace): void {
  const before = repository.fullName.toLowerCase();
  const root = dirname(dirname(repository.gitDir));
  repository.owner = to.owner ?? repository.owner;
  repository.name = to.name ?? repository.name;
  repository.fullName = `${repository.owner.login}/${repository.name}`;
  const folder = join(root, `${repository.fullName}.git`);
  mkdirSync(dirname(folder), { recursive: true });
  renameSync(repository.gitDir, folder);
  repository.gitDir = folder;
  world.repositories.delete(before);
  world.repositories.set(repository.fullName.toLowerCase(), repository);
  world.movedFrom.set(before, repository);
  world.movedFrom.delete(repository.fullName.toLowerCase());
}
