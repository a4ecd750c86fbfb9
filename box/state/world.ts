/** All state of one box, and the two things every module may do besides changing it: publish an event, report a violation. */

import type { Executor } from "../actions/port.ts";
import type { Token } from "../auth/principal.ts";
import type { Clock } from "../clock.ts";
import type { Faults } from "../faults/faults.ts";
import type { Policy } from "../policy.ts";
import type { Delivery } from "../webhooks/record.ts";
import type { GitHubEvent } from "./event.ts";
import type { App, Installation, User } from "./model.ts";
import type { Repository } from "./records.ts";

export interface Violation {
  /** Who broke the contract: the caller's request, the box's own answer, or a webhook it was about to send. */
  readonly side: "request" | "response" | "webhook";
  readonly where: string;
  readonly problems: readonly string[];
}

interface Urls {
  /** Of this box's server: REST under `/api`, artifact service, mounts. */
  readonly origin: string;
  readonly api: string;
  /** Where repositories are cloned from and pages would be. */
  readonly server: string;
}

export interface World {
  readonly clock: Clock;
  readonly root: string;
  /** Signs the artifact service's tokens and links. */
  readonly serviceKey: Buffer;
  readonly urls: Urls;
  /** Beyond 32 bits from the start, as GitHub's run ids are. */
  nextId(): number;
  /** Uniform in [0, 1), from the box's seed. */
  random(): number;
  readonly users: Map<string, User>;
  readonly apps: Map<number, App>;
  readonly installations: Map<number, Installation>;
  readonly repositories: Map<string, Repository>;
  /** Names that repositories had, until another takes one. */
  readonly movedFrom: Map<string, Repository>;
  readonly tokens: Map<string, Token>;
  readonly deliveries: Map<number, Delivery>;
  readonly actionsApp: App;
  readonly policy: Policy;
  readonly faults: Faults;
  /** Aborts what still goes out when the box closes. */
  readonly closing: AbortSignal;
  /** Without one, runs wait until somebody drives them through the port. */
  executor: Executor | undefined;
  publish(event: GitHubEvent): void;
  /** Work that nobody waits for but `idle()`. A rejection is reported. */
  background(work: Promise<unknown>): void;
  redeliver(delivery: Delivery): void;
  report(violation: Violation): void;
}

export function findRepository(world: World, owner: string, name: string): Repository | undefined {
  return world.repositories.get(`${owner}/${name}`.toLowerCase());
}

export function findUser(world: World, login: string): User | undefined {
  return world.users.get(login.toLowerCase());
}

/** The installations that see a repository. */
export function installationsOf(world: World, repository: Repository): Installation[] {
  return [...world.installations.values()].filter((installation) => sees(installation, repository));
}

export function sees({ account, repositories }: Installation, repository: Repository): boolean {
  if (account.id !== repository.owner.id) return false;
  return repositories === "all" || repositories.has(repository.id);
}
