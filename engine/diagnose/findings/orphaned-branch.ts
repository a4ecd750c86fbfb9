import type { RunState } from "../../core/state.ts";
import type { Finding } from "../finding.ts";

/** A branch whose job left nothing, or an inconsistent log. */
export const orphanedBranch = (state: RunState): Finding[] =>
  state.branches
    .filter((branch) => branch.left_by === "lost")
    .map((branch) => ({
      code: "ORPHANED_BRANCH",
      severity: "error",
      title: `branch ${branch.key} brought no result`,
      evidence: branch.cause?.reason ?? "no log was found",
      advice: "resume the run: only the branches that failed run again",
    }));
