import type { CheckpointFacts, RunFacts, ScopeFacts } from "../facts/facts.ts";
import type { Found } from "../finding.ts";
import type { FindingKind } from "./kind.ts";
import { inBranch, scopesOf, some } from "./words.ts";

const FEWEST = 2;

export const retriesNotRecorded: FindingKind = {
  code: "RETRIES_NOT_RECORDED",
  title: "The checkpoint denies retries that the log shows",
  explain:
    "Stages of a branch or of the run ran at least two times more than once and failed, and node_retries of the checkpoint holds nothing of it. Whoever reads the checkpoint takes the run for healthier than it was.",
  fix: "Count executions in the log: `attractor diagnose --json` has them by node. Checkpoints of this engine count every execution beyond the first.",
  look: (facts) => scopesOf(facts).flatMap((scope) => ofScope(facts, scope)),
};

function ofScope(facts: RunFacts, scope: ScopeFacts): Found[] {
  const known = checkpointOf(facts, scope);
  if (known === null) return [];
  const denied = [...scope.nodes.values()].filter(
    (node) => node.starts > 1 && node.lastStatus !== "success" && (known.retries.get(node.id) ?? 0) === 0,
  );
  const missing = denied.reduce((sum, { starts }) => sum + starts - 1, 0);
  if (missing < FEWEST) return [];
  return [
    {
      severity: "warning",
      title: `the checkpoint denies ${missing} retries${inBranch(scope.key)}`,
      evidence: `${known.file} has none for ${some(denied.map(({ id, starts }) => `${id}, which ran ${starts} times`))}`,
      advice: "take the counts from the log: attractor diagnose --json lists executions by node",
      where: [{ file: known.file, ...(scope.key === "" ? {} : { branch: scope.key }) }],
      numbers: { missing, ...Object.fromEntries(denied.map(({ id, starts }) => [`node.${id}`, starts - 1])) },
    },
  ];
}

/** A branch's own, or the one that tells of all. It must be no older than what the log shows. */
function checkpointOf(
  facts: RunFacts,
  scope: ScopeFacts,
): { file: string; retries: CheckpointFacts["retries"] } | null {
  const own = scope.files.checkpoint;
  if (own) return knows(own, scope) ? { file: own.file, retries: own.retries } : null;
  const common = facts.scopes.get("")?.files.checkpoint;
  const retries = common?.branchRetries.get(scope.key);
  return common && retries && knows(common, scope) ? { file: common.file, retries } : null;
}

const knows = ({ seq }: CheckpointFacts, { last }: ScopeFacts): boolean =>
  seq === null || last?.seq == null || seq >= last.seq - 1;
