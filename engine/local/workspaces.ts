/** Where stages work: one tree for the trunk, one per branch, and how branch work comes together again. */
import type { Git } from "../git/process.ts";
import type { MergePolicy } from "../graph/pipeline.ts";
import type { Merged } from "../stages/fan-in.ts";

export interface Workspaces {
  readonly repo: string | null;
  /** Null where git is not asked. */
  readonly baseSha: string | null;
  readonly runBranch: string | null;
  /** The repository at its top, and where stages work below that; null where git is not asked. */
  readonly source: { readonly git: Git; readonly subfolder: string } | null;
  /** The folder that a scope's stages work in, made on first use from the commit where its fan-out began. */
  tree(scopeKey: string, base: string | null): Promise<string>;
  /** Takes back what an attempt left, to the commit it began at; where nothing is committed, nothing is taken back. */
  reset(scopeKey: string, commit: string | null): Promise<void>;
  /** Makes the scope's tree again at a commit, when a stage broke it. */
  renew(scopeKey: string, commit: string | null): Promise<void>;
  /** A commit of everything the attempt left, failed attempts too; null where nothing is committed. */
  commit(scopeKey: string, message: string, parent: string | null): Promise<Committed | null>;
  /** Brings branches together in the tree of the scope that joins them. */
  merge(
    scopeKey: string,
    policy: MergePolicy,
    branches: readonly WorkspaceBranch[],
    winner: string,
  ): Promise<Merged>;
  close(): Promise<void>;
}

export interface WorkspaceBranch {
  readonly key: string;
  readonly commit: string;
}

export interface Committed {
  readonly commit: string;
  /** What git could not take. */
  readonly left: readonly string[];
}
