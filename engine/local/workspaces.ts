/** Where stages work: one tree for the trunk, one per branch, and how branch work comes together again. */
import type { MergePolicy } from "../graph/pipeline.ts";
import type { BranchResult } from "../core/events/flow.ts";

export interface MergeOutcome {
  readonly ok: boolean;
  readonly commit: string | null;
  readonly conflicts: readonly { readonly path: string; readonly branches: readonly string[] }[];
}

export interface Workspaces {
  readonly baseSha: string | null;
  readonly runBranch: string | null;
  /** The tree of a scope, made on first use from the commit where its fan-out began. */
  tree(scopeKey: string, base: string | null): Promise<string>;
  /** A commit of everything the attempt left, failed attempts too; null where nothing is committed. */
  commit(scopeKey: string, message: string): Promise<string | null>;
  merge(scopeKey: string, policy: MergePolicy, results: readonly BranchResult[], winner: string | null): Promise<MergeOutcome>;
  /** A joined fan-out's trees are done with; their commits stay reachable. */
  release(scopeKeys: readonly string[]): Promise<void>;
  close(): Promise<void>;
}
