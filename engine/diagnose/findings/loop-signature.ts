import type { RunState } from "../../core/state.ts";
import type { Finding } from "../finding.ts";

/** A failure that came back: from twice on it is worth a word, at the bound it stopped something. */
export function loopSignature(state: RunState): Finding[] {
  const branches = state.branches.map((branch) => ({
    key: branch.key,
    counts: Object.entries(branch.breakers.cycle),
  }));
  const open = [...state.scopes.values()].map((scope) => ({
    key: scope.key || "trunk",
    counts: [...scope.breakers.cycle],
  }));
  // A branch's failures count in the branch and in the trunk: people hear of them once, from where they count most.
  const worst = new Map<string, { key: string; count: number }>();
  for (const { key, counts } of [...branches, ...open]) {
    for (const [entry, count] of counts) {
      if (count > (worst.get(entry)?.count ?? 1)) worst.set(entry, { key, count });
    }
  }
  return [...worst].map(([entry, { key, count }]): Finding => {
    const [node = "", signature = ""] = entry.split("\t");
    return {
      code: "LOOP_SIGNATURE",
      severity: count > 2 ? "error" : "warning",
      title: `${node} failed ${count} times in the same way`,
      evidence: `${signature} × ${count} in ${key}`,
      advice: `mend the cause before ${node} runs again: nothing else will change how it ends`,
    };
  });
}
