/** Which suite a check run lands in, and who is told of suites. */

import { grants } from "../auth/needs.ts";
import { type Commit, readCommit } from "../git/commits.ts";
import type { Pusher } from "../repos/pusher.ts";
import type { App } from "../state/model.ts";
import type { CheckSuite, Repository } from "../state/records.ts";
import { installationsOf, type World } from "../state/world.ts";
import { suiteShape } from "./shape.ts";
import { suiteStatus } from "./status.ts";

export function openSuite(
  world: World,
  repository: Repository,
  app: App,
  headCommit: Commit,
  headBranch: string | null,
): CheckSuite {
  const suite: CheckSuite = {
    id: world.nextId(),
    repository,
    app,
    headSha: headCommit.sha,
    headCommit,
    headBranch,
    createdAt: world.clock.now(),
    checks: [],
    completed: false,
  };
  repository.suites.set(suite.id, suite);
  return suite;
}

/**
 * An app has one suite on a commit. A job's token is the github-actions app, which has one for each workflow run: its
 * check lands in the first of them, whatever workflow that belongs to, and no caller can choose.
 */
export async function suiteFor(
  world: World,
  repository: Repository,
  app: App,
  headSha: string,
): Promise<CheckSuite> {
  const commit = await readCommit(repository.gitDir, headSha);
  for (const suite of repository.suites.values()) {
    if (suite.app.id === app.id && suite.headSha === headSha) return suite;
  }
  return openSuite(world, repository, app, commit, null);
}

/** Every app that may write checks gets a suite on each pushed commit, and is told. */
export async function openSuitesForPush(
  world: World,
  repository: Repository,
  branch: string,
  sha: string,
  pusher: Pusher,
): Promise<void> {
  const commit = await readCommit(repository.gitDir, sha);
  for (const { app } of installationsOf(world, repository)) {
    if (!grants(app.permissions, { checks: "write" })) continue;
    const known = [...repository.suites.values()].some(
      (suite) => suite.app.id === app.id && suite.headSha === sha,
    );
    if (known) continue;
    const suite = openSuite(world, repository, app, commit, branch);
    tellSuite(world, "requested", suite, pusher, app);
  }
}

/** Told once each time all of a suite's check runs are completed. */
export function settleSuite(world: World, suite: CheckSuite, by: Pusher): void {
  const completed = suiteStatus(suite).status === "completed";
  if (completed && !suite.completed) tellSuite(world, "completed", suite, by);
  suite.completed = completed;
}

export function tellSuite(world: World, action: string, suite: CheckSuite, by: Pusher, onlyApp?: App): void {
  world.publish({
    name: "check_suite",
    action,
    repository: suite.repository,
    ...by,
    ...(onlyApp === undefined ? {} : { onlyApp }),
    payload: { check_suite: suiteShape(world, suite) },
  });
}
