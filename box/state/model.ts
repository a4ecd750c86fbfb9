/** Who is there: people and apps. Resources of a repository are in `records.ts`. */
import type { Permissions } from "../actions/port.ts";

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
