/** What the box remembers besides git: people, apps, repositories. Resources keep their own records beside their handlers. */

import type { Access, Permissions } from "../actions/port.ts";
import type { Run, Workflow } from "../actions/record.ts";
import type { Artifact } from "../artifacts/record.ts";
import type { CheckRun, CheckSuite } from "../checks/record.ts";
import type { Comment, Issue } from "../issues/record.ts";

export interface User {
  readonly id: number;
  readonly login: string;
  readonly type: "User" | "Organization" | "Bot";
}

export type Role = "read" | "triage" | "write" | "maintain" | "admin";

export interface App {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly owner: User;
  readonly bot: User;
  readonly permissions: Permissions;
  readonly events: readonly string[];
  readonly publicKey: string;
  readonly createdAt: number;
  hook: { url: string; secret: string } | undefined;
}

export interface Installation {
  readonly id: number;
  readonly app: App;
  readonly account: User;
  /** Repositories by id, or all of the account. */
  repositories: "all" | Set<number>;
  readonly createdAt: number;
}

interface RefMove {
  readonly name: string;
  /** NO_OBJECT when it was created. */
  readonly before: string;
  /** NO_OBJECT when it was deleted. */
  readonly after: string;
  readonly at: number;
}

export interface Repository {
  readonly id: number;
  /** Owner, name and folder change when it is renamed or transferred. */
  owner: User;
  name: string;
  fullName: string;
  readonly private: boolean;
  gitDir: string;
  readonly forkOf: Repository | undefined;
  readonly createdAt: number;
  readonly roles: Map<number, Role>;
  readonly secrets: Map<string, string>;
  readonly variables: Map<string, string>;
  readonly issues: Map<number, Issue>;
  readonly comments: Map<number, Comment>;
  readonly suites: Map<number, CheckSuite>;
  readonly checks: Map<number, CheckRun>;
  readonly workflows: Map<string, Workflow>;
  readonly runs: Map<number, Run>;
  readonly artifacts: Map<number, Artifact>;
  /** Ref moves of late, oldest first: what stale reads still show. */
  readonly moves: RefMove[];
  defaultBranch: string;
  defaultWorkflowPermissions: Access;
  retentionDays: number;
  pushedAt: number;
}
