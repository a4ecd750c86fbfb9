import type { RunState } from "../../core/state.ts";
import type { Finding } from "../finding.ts";

const BROKEN = /missing status\.json|status file|status\.json/;

/** Work that may be good and was lost to the way its outcome was said. */
export function statusContract(state: RunState): Finding[] {
  const trunk = [...state.scopes.values()].flatMap((scope) =>
    [...scope.nodes].map(([node, { last }]) => ({
      node,
      reason: last?.reason ?? "",
      where: scope.key || "trunk",
    })),
  );
  const branches = state.branches.map((branch) => ({
    node: branch.cause?.node_id ?? branch.start_node,
    reason: branch.cause?.reason ?? "",
    where: branch.key,
  }));
  return [...trunk, ...branches]
    .filter(({ reason }) => BROKEN.test(reason))
    .map(({ node, reason, where }) => ({
      code: "STATUS_CONTRACT_MISMATCH",
      severity: "error",
      title: `${node} ended without a status that can be read`,
      evidence: `${where}: ${reason.slice(0, 400)}`,
      advice: `have ${node} write $ATTRACTOR_STATUS_PATH, or set auto_status=true if ending cleanly is success enough`,
    }));
}
