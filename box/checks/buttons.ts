/** What a person does to a check run in the browser. No API does it for them. */

import { atLeast, roleOf } from "../auth/permission.ts";
import type { User } from "../state/model.ts";
import type { CheckAction, CheckRun, Repository } from "../state/records.ts";
import type { World } from "../state/world.ts";
import { tellCheck } from "./change.ts";
import { tellSuite } from "./suites.ts";

/** The buttons a person sees: GitHub shows them on completed check runs only. */
function buttonsOf(check: CheckRun): readonly CheckAction[] {
  return check.status === "completed" ? check.actions : [];
}

/** Only the app that made the check run hears of it; the github-actions app listens to nobody. */
export function clickButton(world: World, user: User, check: CheckRun, identifier: string): void {
  demandWriter(user, check.suite.repository);
  if (!buttonsOf(check).some((button) => button.identifier === identifier)) {
    throw new Error(`check run "${check.name}" (${check.status}) shows no button ${identifier}`);
  }
  const by = { sender: user, byJobToken: false };
  tellCheck(world, "requested_action", check, by, { requested_action: { identifier } }, check.suite.app);
}

/** "Re-run" on a check run: its app is asked to do it again; nothing runs by itself. */
export function rerequest(world: World, user: User, check: CheckRun): void {
  demandWriter(user, check.suite.repository);
  if (check.status !== "completed")
    throw new Error(`check run "${check.name}" is not completed and cannot be re-requested`);
  check.suite.completed = false;
  tellCheck(world, "rerequested", check, { sender: user, byJobToken: false }, {}, check.suite.app);
}

/** "Re-run all checks". */
export function rerequestSuite(world: World, user: User, check: CheckRun): void {
  demandWriter(user, check.suite.repository);
  check.suite.completed = false;
  tellSuite(world, "rerequested", check.suite, { sender: user, byJobToken: false }, check.suite.app);
}

function demandWriter(user: User, repository: Repository): void {
  if (!atLeast(roleOf(repository, user), "write"))
    throw new Error(`${user.login} has no write access to ${repository.fullName}`);
}
