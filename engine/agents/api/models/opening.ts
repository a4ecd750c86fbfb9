/** What opening a model takes, whichever protocol it speaks. */
import type { ApiProvider } from "../provider.ts";

export interface ModelOpening {
  readonly provider: ApiProvider;
  readonly model: string;
  readonly fetch: typeof fetch;
  /** Ids for calls that came without one: they must not repeat within a session. */
  readonly newId: () => string;
}
