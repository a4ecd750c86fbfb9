/** Whom a request comes from, and what a token stands for. */
import type { Permissions } from "../actions/port.ts";
import type { App, Installation, User } from "../state/model.ts";
import type { Repository } from "../state/records.ts";

export type Principal =
  | { readonly kind: "anonymous" }
  | { readonly kind: "user"; readonly user: User }
  | { readonly kind: "app"; readonly app: App }
  | {
      readonly kind: "installation";
      readonly installation: Installation;
      readonly permissions: Permissions;
      /** Repositories the token was narrowed to. */
      readonly only: ReadonlySet<number> | undefined;
    }
  | {
      readonly kind: "job";
      readonly repository: Repository;
      readonly permissions: Permissions;
      readonly jobId: number;
    };

export interface Token {
  readonly principal: Principal;
  readonly expiresAt: number;
  revoked: boolean;
}
