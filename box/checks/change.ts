/** Making and changing check runs: of apps by API, of jobs by the Actions records. */

import type { Pusher } from "../repos/pusher.ts";
import type { App } from "../state/model.ts";
import type { CheckRun, CheckSuite } from "../state/records.ts";
import type { World } from "../state/world.ts";
import { checkShape } from "./shape.ts";
import { settleSuite } from "./suites.ts";

export function addCheck(world: World, suite: CheckSuite, name: string): CheckRun {
  const check: CheckRun = {
    id: world.nextId(),
    suite,
    annotations: [],
    name,
    externalId: "",
    detailsUrl: "",
    status: "queued",
    conclusion: null,
    startedAt: world.clock.now(),
    completedAt: null,
    title: null,
    summary: null,
    text: null,
    actions: [],
  };
  suite.checks.push(check);
  suite.repository.checks.set(check.id, check);
  return check;
}

/** GitHub tells of a check run's beginning and end, not of what is between. */
export function checkChanged(
  world: World,
  check: CheckRun,
  by: Pusher,
  before: CheckRun["status"] | "new",
): void {
  if (before === "new") tellCheck(world, "created", check, by);
  if (check.status === "completed" && before !== "completed") tellCheck(world, "completed", check, by);
  settleSuite(world, check.suite, by);
}

export function tellCheck(
  world: World,
  action: string,
  check: CheckRun,
  by: Pusher,
  more: object = {},
  onlyApp?: App,
): void {
  world.publish({
    name: "check_run",
    action,
    repository: check.suite.repository,
    ...by,
    ...(onlyApp === undefined ? {} : { onlyApp }),
    payload: { ...more, check_run: checkShape(world, check) },
  });
}
