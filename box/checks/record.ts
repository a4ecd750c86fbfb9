import type { Conclusion } from "../actions/port.ts";
import type { Commit } from "../git/commits.ts";
import type { App, Repository } from "../state/model.ts";

export interface Annotation {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly start_column?: number;
  readonly end_column?: number;
  readonly annotation_level: "notice" | "warning" | "failure";
  readonly message: string;
  readonly title?: string;
  readonly raw_details?: string;
}

export interface CheckAction {
  readonly label: string;
  readonly description: string;
  readonly identifier: string;
}

/** A suite gathers one app's check runs on a commit; the github-actions app has one for each workflow run. */
export interface CheckSuite {
  readonly id: number;
  readonly repository: Repository;
  readonly app: App;
  readonly headSha: string;
  readonly headCommit: Commit;
  readonly headBranch: string | null;
  readonly createdAt: number;
  readonly checks: CheckRun[];
  /** What was last told of it, so that `completed` is sent once per completion. */
  completed: boolean;
}

export interface CheckRun {
  readonly id: number;
  readonly suite: CheckSuite;
  readonly annotations: Annotation[];
  name: string;
  externalId: string;
  detailsUrl: string;
  status: "queued" | "in_progress" | "completed" | "waiting";
  conclusion: Conclusion | null;
  startedAt: number;
  completedAt: number | null;
  title: string | null;
  summary: string | null;
  text: string | null;
  actions: readonly CheckAction[];
}
