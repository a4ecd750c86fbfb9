/** What stands behind the webhooks, as those see it who handle one. */
import type { ServedRepository } from "../repository.ts";
import type { Inbox } from "./inbox.ts";
import type { Place } from "./place.ts";
import type { UnauthorizedReplies } from "./unauthorized.ts";

export interface Host {
  /** Answers those who may not command. */
  readonly unauthorized: UnauthorizedReplies;
  /** Commands in comments. */
  readonly inbox: Inbox;
  repository(installation: number, fullName: string): Promise<ServedRepository>;
  look(installation: number, fullName: string, runId: string): Promise<void>;
  /** The same, and nobody waits for it. */
  hint(place: Place, runId: string): void;
  /** Whether a workflow run goes on, whose jobs may come to ask. */
  expects(place: Place, workflowRun: number, goesOn: boolean): void;
  /** What is acknowledged when it is done. Rejects when it could not be, and GitHub is told so. */
  now(delivery: string, work: () => Promise<void>): Promise<void>;
  /** Acknowledge now, work after: for what the sweep does as well. */
  later(what: string, work: () => Promise<void>): void;
  /** Every open run of every repository looked at; the net under lost webhooks. */
  sweep(installations: readonly { id: number; repositories: readonly string[] }[]): Promise<void>;
  idle(): Promise<void>;
}
