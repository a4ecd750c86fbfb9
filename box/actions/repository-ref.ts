import type { Repository } from "../state/records.ts";
import type { RepositoryRef } from "./port.ts";

/** A fork's pull request gets no secrets. */
export function repositoryRef(repository: Repository, withSecrets: boolean): RepositoryRef {
  return {
    id: repository.id,
    owner: repository.owner.login,
    ownerId: repository.owner.id,
    name: repository.name,
    fullName: repository.fullName,
    private: repository.private,
    defaultBranch: repository.defaultBranch,
    gitDir: repository.gitDir,
    secrets: withSecrets ? repository.secrets : new Map(),
    variables: repository.variables,
    defaultWorkflowPermissions: repository.defaultWorkflowPermissions,
    actionsSettings: repository.actionsSettings,
    environments: withSecrets ? repository.environments : new Map(),
  };
}
