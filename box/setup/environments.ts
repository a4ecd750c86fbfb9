import type { User } from "../state/model.ts";
import type { Repository } from "../state/records.ts";
import type { World } from "../state/world.ts";

export interface NewEnvironment {
  readonly secrets?: Readonly<Record<string, string>>;
  readonly variables?: Readonly<Record<string, string>>;
  readonly reviewers?: readonly User[];
}

export function setEnvironment(
  world: World,
  repository: Repository,
  name: string,
  { secrets = {}, variables = {}, reviewers = [] }: NewEnvironment = {},
): void {
  repository.environments.set(name, {
    id: repository.environments.get(name)?.id ?? world.nextId(),
    name,
    secrets: new Map(Object.entries(secrets)),
    variables: new Map(Object.entries(variables)),
    reviewers,
  });
}
