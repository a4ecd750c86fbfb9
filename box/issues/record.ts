import type { App, Repository, User } from "../state/model.ts";

export interface Reaction {
  readonly id: number;
  readonly user: User;
  readonly content: string;
  readonly createdAt: number;
}

export interface Issue {
  readonly id: number;
  readonly number: number;
  readonly repository: Repository;
  readonly user: User;
  readonly createdAt: number;
  readonly reactions: Reaction[];
  readonly pull: Pull | undefined;
  title: string;
  body: string | null;
  state: "open" | "closed";
  updatedAt: number;
  closedAt: number | null;
}

/** What an issue has more when it is a pull request. */
export interface Pull {
  readonly headRepository: Repository;
  readonly headBranch: string;
  readonly draft: boolean;
  baseBranch: string;
  headSha: string;
  baseSha: string;
  /** The test merge at `refs/pull/N/merge`; null while the branches conflict. */
  mergeSha: string | null;
}

export interface Comment {
  readonly id: number;
  readonly issue: Issue;
  readonly user: User;
  readonly app: App | undefined;
  readonly createdAt: number;
  readonly reactions: Reaction[];
  body: string;
  updatedAt: number;
}
