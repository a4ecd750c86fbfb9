import type { User } from "../state/model.ts";
import type { Issue, Repository } from "../state/records.ts";
import type { World } from "../state/world.ts";

/** An issue that is no pull request; the product reads such, and never makes one. */
export function openIssue(world: World, repository: Repository, user: User, title: string): Issue {
  const now = world.clock.now();
  const issue: Issue = {
    id: world.nextId(),
    number: repository.issues.size + 1,
    repository,
    user,
    createdAt: now,
    reactions: [],
    pull: undefined,
    title,
    body: null,
    state: "open",
    updatedAt: now,
    closedAt: null,
  };
  repository.issues.set(issue.number, issue);
  return issue;
}
