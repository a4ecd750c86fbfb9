import type { App } from "../state/model.ts";

/** One attempt to deliver one event to one app; a redelivery is a record of its own with the same `guid`. */
export interface Delivery {
  readonly id: number;
  readonly guid: string;
  readonly app: App;
  readonly event: string;
  readonly action: string | null;
  readonly installationId: number | null;
  readonly repositoryId: number | null;
  readonly redelivery: boolean;
  readonly deliveredAt: number;
  /** The exact bytes that were signed. */
  readonly body: string;
  requestHeaders: Readonly<Record<string, string>>;
  durationMs: number;
  /** 0 until it is answered; a hook that cannot be reached counts as 502, one that is too slow as 504. */
  statusCode: number;
  status: string;
  responseHeaders: Readonly<Record<string, string>>;
  responseBody: string;
}
