import type { Commit, Signature } from "../git/commits.ts";
import type { Repository } from "../state/records.ts";
import type { World } from "../state/world.ts";
import { repositoryPage } from "./shape.ts";

/** A commit as events list it; the git API's own form is in git-data. */
export function commitShape(world: World, repository: Repository, commit: Commit) {
  const person = ({ name, email, atMs }: Signature) => ({
    name,
    email,
    username: name,
    date: world.clock.iso(atMs),
  });
  return {
    id: commit.sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message.trimEnd(),
    timestamp: world.clock.iso(commit.committer.atMs),
    url: `${repositoryPage(world, repository)}/commit/${commit.sha}`,
    author: person(commit.author),
    committer: person(commit.committer),
    added: [],
    removed: [],
    modified: [],
  };
}

/** The commit that a run or a suite is shown on. */
export function headCommitShape(world: World, { sha, tree, message, author, committer }: Commit) {
  const person = ({ name, email }: Signature) => ({ name, email });
  return {
    id: sha,
    tree_id: tree,
    message: message.trimEnd(),
    timestamp: world.clock.iso(committer.atMs),
    author: person(author),
    committer: person(committer),
  };
}
