import { whereOf } from "../facts/mark.ts";
import type { FindingKind } from "./kind.ts";
import { exact, inBranch } from "./words.ts";

export const stalled: FindingKind = {
  code: "STALLED",
  title: "Nothing moved for too long",
  explain:
    "The watchdog saw no output and no event of a stage for runtime_policy.stall_timeout_ms and stopped the run or the branch. A branch that stalled while its siblings' work was joined is a warning.",
  fix: "Give the stage a `timeout` of its own, or raise runtime_policy.stall_timeout_ms where silence is normal. Its stdout.log shows the last that it said.",
  look: (facts) =>
    facts.stalls.map(({ node, branch, mark, numbers }) => ({
      severity: facts.ended?.status === "success" || facts.ended?.status === "canceled" ? "warning" : "error",
      title: `nothing moved${node === "" ? "" : ` at ${node}`}${inBranch(branch)}`,
      evidence: `no progress for ${exact(numbers.idle_ms ?? 0)}, at most ${exact(numbers.stall_timeout_ms ?? 0)} are allowed`,
      advice: `give ${node || "the stage"} a timeout of its own, or raise runtime_policy.stall_timeout_ms if silence is normal there`,
      where: [whereOf(mark, { node, branch })],
      numbers,
    })),
};
