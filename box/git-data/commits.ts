import { userOf } from "../auth/tokens.ts";
import { type Commit, readCommit, type Signature, writeCommit } from "../git/commits.ts";
import { objectType } from "../git/objects.ts";
import { created, notFound, ok, unprocessable } from "../http/answer.ts";
import type { RepositoryCall, RepositoryHandler } from "../http/call.ts";
import { repositoryApi, repositoryPage } from "../repos/shape.ts";
import { noreply } from "../users/shape.ts";

interface Person {
  readonly name: string;
  readonly email: string;
  readonly date?: string;
}

/** Times have whole seconds: two callers who say the same in one second make the same commit. */
export const createCommit: RepositoryHandler = async (call) => {
  const { world, repository, principal } = call;
  const input = call.body as {
    message: string;
    tree: string;
    parents?: string[];
    author?: Person;
    committer?: Person;
  };
  const { gitDir } = repository;
  const parents = input.parents ?? [];
  if ((await objectType(gitDir, input.tree)) !== "tree") throw unprocessable("Tree SHA does not exist");
  for (const parent of parents) {
    if ((await objectType(gitDir, parent)) !== "commit")
      throw unprocessable("Parent SHA does not exist or is not a commit object");
  }
  const user = userOf(world, principal);
  const me = { name: user.login, email: noreply(user), atMs: world.clock.now() };
  const signature = (person: Person | undefined): Signature | undefined =>
    person && {
      name: person.name,
      email: person.email,
      atMs: person.date === undefined ? me.atMs : Date.parse(person.date),
    };
  const author = signature(input.author) ?? signature(input.committer) ?? me;
  const sha = await writeCommit(gitDir, {
    tree: input.tree,
    parents,
    author,
    committer: signature(input.committer) ?? author,
    message: input.message,
  });
  return created(shape(call, await readCommit(gitDir, sha)));
};

export const getCommit: RepositoryHandler = async (call) => {
  const { gitDir } = call.repository;
  const sha = call.params.commit_sha!;
  if (!/^[0-9a-f]{40}$/.test(sha) || (await objectType(gitDir, sha)) !== "commit") throw notFound();
  return ok(shape(call, await readCommit(gitDir, sha)));
};

function shape({ world, repository }: RepositoryCall, commit: Commit) {
  const api = repositoryApi(world, repository);
  const page = repositoryPage(world, repository);
  const person = ({ name, email, atMs }: Signature) => ({ name, email, date: world.clock.iso(atMs) });
  return {
    sha: commit.sha,
    node_id: Buffer.from(`Commit:${commit.sha}`).toString("base64url"),
    url: `${api}/git/commits/${commit.sha}`,
    html_url: `${page}/commit/${commit.sha}`,
    author: person(commit.author),
    committer: person(commit.committer),
    tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
    message: commit.message,
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${api}/git/commits/${sha}`,
      html_url: `${page}/commit/${sha}`,
    })),
    verification: { verified: false, reason: "unsigned", signature: null, payload: null, verified_at: null },
  };
}
