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
  return [...open, ...branches].flatMap(({ key, counts }) =>
    counts
      .filter(([, count]) => count > 1)
      .map(([entry, count]): Finding => {
        const [node = "", signature = ""] = entry.split("\t");
        return {
          code: "LOOP_SIGNATURE",
          severity: count > 2 ? "error" : "warning",
          title: `${node} failed ${count} times in the same way`,
          evidence: `${signature} × ${count} in ${key}`,
          advice: `mend the cause before resuming; the loop around ${node} repeats it`,
        };
      }),
  );
}
