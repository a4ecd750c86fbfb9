/** One request on its way to a handler: known caller, checked parameters, checked body. */

import type { Principal } from "../auth/principal.ts";
import type { OperationId } from "../openapi/selection.ts";
import type { Repository } from "../state/records.ts";
import type { World } from "../state/world.ts";
import type { Answer } from "./answer.ts";

export interface Call {
  readonly world: World;
  readonly op: OperationId;
  readonly principal: Principal;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  /** Fits the operation's schema; a handler names the part of it that it reads. */
  readonly body: unknown;
  readonly accept: string;
}

export interface RepositoryCall extends Call {
  readonly repository: Repository;
}

export type Handler<C extends Call = Call> = (call: C) => Answer | Promise<Answer>;
export type RepositoryHandler = Handler<RepositoryCall>;
