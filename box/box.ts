/** What a test, a demo or a page has of a box. */

import type { BilledJob } from "./actions/minutes.ts";
import type { ActionsPort, ConnectExecutor } from "./actions/port.ts";
import type { ActionsSettings } from "./actions/settings.ts";
import type { Clock, ClockOptions } from "./clock.ts";
import type { Faults } from "./faults/faults.ts";
import type { GitLogEntry } from "./git-access.ts";
import type { Limits } from "./http/limits.ts";
import type { LogEntry } from "./http/pipeline.ts";
import type { Policy } from "./policy.ts";
import type { RefRefusal } from "./repos/update-hook.ts";
import type { NewApp, RegisteredApp } from "./setup/apps.ts";
import type { NewEnvironment } from "./setup/environments.ts";
import type { NewPlace } from "./setup/move.ts";
import type { NewCommit, NewRepository } from "./setup/repositories.ts";
import type { GitHubEvent } from "./state/event.ts";
import type { App, Installation, Role, User } from "./state/model.ts";
import type { CheckRun, Repository } from "./state/records.ts";
import type { Violation, World } from "./state/world.ts";

export interface BoxOptions {
  readonly clock?: ClockOptions;
  /** Of everything random in the box. */
  readonly seed?: number;
  /** GitHub's own numbers unless told; `off` counts nothing. */
  readonly limits?: Partial<Limits> | "off";
  readonly executor?: ConnectExecutor;
  /** Rules of GitHub that a test chooses; see `policy.ts`. */
  readonly policy?: Partial<Policy>;
  /** A fixed port; any free one unless told. */
  readonly port?: number;
}

export interface Box {
  /** `http://127.0.0.1:PORT`: also GITHUB_SERVER_URL, and the artifact service's ACTIONS_RESULTS_URL. */
  readonly url: string;
  /** GITHUB_API_URL, an Octokit's `baseUrl`. */
  readonly apiUrl: string;
  repoUrl(owner: string, name: string): string;

  readonly clock: Clock;
  readonly faults: Faults;
  /** The records that an executor drives; tests without one drive them by hand. */
  readonly actions: ActionsPort;
  /** What a run would cost: its jobs that had a runner, each in whole minutes. */
  billed(runId: number): readonly BilledJob[];
  /** All state, for pages and assertions. Change it through the functions below. */
  readonly world: World;
  /** Every REST request, in order. */
  readonly requests: readonly LogEntry[];
  /** Every request of git over HTTP that was let in, in order. */
  readonly gitRequests: readonly GitLogEntry[];
  readonly violations: readonly Violation[];

  user(login: string): User;
  organization(login: string): User;
  /** A personal access token. */
  tokenOf(user: User): string;
  createRepository(input: NewRepository): Promise<Repository>;
  fork(parent: Repository, owner: User): Promise<Repository>;
  /** Renames it, or hands it to another account: ids stay, the old name leads to the new one, installations of the old account lose it. */
  move(repository: Repository, to: NewPlace): void;
  setRole(repository: Repository, user: User, role: Role | "none"): void;
  /** One commit pushed by a person. Returns its SHA. */
  commit(repository: Repository, input: NewCommit): Promise<string>;
  /** Replaces the rules by which pushes and ref changes are refused. */
  setRefusals(repository: Repository, refusals: readonly RefRefusal[]): void;
  /** What the repository's administrators choose under Settings, Actions. */
  setActions(repository: Repository, settings: Partial<ActionsSettings>): void;
  /** An environment for jobs; with reviewers, its jobs wait for one of them. */
  setEnvironment(repository: Repository, name: string, settings?: NewEnvironment): void;
  openIssue(repository: Repository, by: User, title: string): number;

  registerApp(input: NewApp): RegisteredApp;
  install(app: App, on: User, repositories?: "all" | readonly Repository[]): Installation;
  /** Which repositories of the account the app sees from now on. */
  chooseRepositories(installation: Installation, repositories: readonly Repository[]): void;
  uninstall(installation: Installation): void;

  /** What a person does in the browser; throws when GitHub would not show the button. */
  readonly browser: {
    clickButton(user: User, check: CheckRun, identifier: string): void;
    rerequest(user: User, check: CheckRun): void;
    rerequestSuite(user: User, check: CheckRun): void;
    /** Lets a run start that waits for approval. */
    approveRun(user: User, runId: number): void;
    reviewDeployment(
      user: User,
      runId: number,
      environment: string,
      state: "approved" | "rejected",
      comment?: string,
    ): void;
  };

  /** Hears of everything that happens, as webhooks would. Returns how to stop. */
  onEvent(listener: (event: GitHubEvent) => void): () => void;
  /** Resolves when no delivery, push or trigger is under way. */
  idle(): Promise<void>;
  /** Throws with every violation that was not taken. */
  assertClean(): void;
  /** For tests that break the contract on purpose. */
  takeViolations(): Violation[];
  close(): Promise<void>;
}
