import type { App, Installation, User } from "./model.ts";
import type { Repository } from "./records.ts";

/** Something that happened, before it becomes webhooks and workflow runs. */
export interface GitHubEvent {
  readonly name: string;
  readonly action?: string;
  /** Absent for `installation` events. */
  readonly repository?: Repository;
  readonly sender: User;
  /** The payload without what every payload has: repository, sender, installation, organization. */
  readonly payload: Readonly<Record<string, unknown>>;
  /** Done with a job's GITHUB_TOKEN: starts no workflow, dispatches excepted. */
  readonly byJobToken: boolean;
  /** Goes to this app alone (its own check runs' buttons, its installations). */
  readonly onlyApp?: App;
  /** What a payload that exists before its installation is listed must name. */
  readonly installation?: Installation;
}
