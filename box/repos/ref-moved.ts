/** What a moved ref sets off: the push event, pull requests that follow their branch, new check suites. */

import { readSchedules } from "../actions/schedule.ts";
import { openSuitesForPush } from "../checks/suites.ts";
import { readCommit } from "../git/commits.ts";
import { isAncestor, NO_OBJECT } from "../git/refs.ts";
import { gitText } from "../git/run.ts";
import { followBranch } from "../pulls/follow.ts";
import type { Repository } from "../state/records.ts";
import type { World } from "../state/world.ts";
import { commitShape } from "./commit-shape.ts";
import type { Pusher } from "./pusher.ts";
import { repositoryPage } from "./shape.ts";

const MOST_COMMITS = 2048;

export async function refMoved(
  world: World,
  repository: Repository,
  move: { readonly name: string; readonly before: string; readonly after: string },
  pusher: Pusher,
): Promise<void> {
  const { name, before, after } = move;
  repository.moves.push({ name, before, after, at: world.clock.now() });
  // Other refs are moved without a word, as far as is known.
  if (!/^refs\/(heads|tags)\//.test(name)) return;
  repository.pushedAt = world.clock.now();
  world.publish({
    name: "push",
    repository,
    ...pusher,
    payload: await pushPayload(world, repository, move, pusher),
  });
  if (!name.startsWith("refs/heads/")) return;
  const branch = name.slice("refs/heads/".length);
  if (branch === repository.defaultBranch) await readSchedules(world, repository);
  if (after !== NO_OBJECT) await openSuitesForPush(world, repository, branch, after, pusher);
  await followBranch(world, repository, branch, after, pusher);
}

async function pushPayload(
  world: World,
  repository: Repository,
  { name, before, after }: { readonly name: string; readonly before: string; readonly after: string },
  { sender }: Pusher,
) {
  const { gitDir } = repository;
  const created = before === NO_OBJECT;
  const deleted = after === NO_OBJECT;
  const shas = deleted
    ? []
    : (
        await gitText(gitDir, [
          "rev-list",
          "--reverse",
          `--max-count=${MOST_COMMITS}`,
          after,
          ...(created ? ["--max-count=1"] : [`^${before}`]),
        ])
      ).split("\n");
  const shape = async (sha: string) => commitShape(world, repository, await readCommit(gitDir, sha));
  const commits = await Promise.all(shas.filter((sha) => sha !== "").map(shape));
  const page = repositoryPage(world, repository);
  return {
    ref: name,
    before,
    after,
    created,
    deleted,
    forced: !created && !deleted && !(await isAncestor(gitDir, before, after)),
    base_ref: null,
    compare: `${page}/compare/${before.slice(0, 12)}...${after.slice(0, 12)}`,
    commits: created ? [] : commits,
    head_commit: deleted
      ? null
      : (commits.at(-1) ?? (await shape(await gitText(gitDir, ["rev-parse", `${after}^{commit}`])))),
    pusher: { name: sender.login, email: null },
  };
}
