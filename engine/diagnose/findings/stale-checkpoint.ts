import type { CheckpointFacts, FanName, RunFacts, ScopeFacts } from "../facts/facts.ts";
import type { Found } from "../finding.ts";
import type { FindingKind } from "./kind.ts";
import { exact, goOn, lastMs, mayGoOnWords, scopesOf } from "./words.ts";

const LATE_MS = 60_000;

export const staleCheckpoint: FindingKind = {
  code: "STALE_CHECKPOINT",
  title: "The checkpoint is behind the log",
  explain:
    "checkpoint.json names a stage that the run had left long ago: stages of the run or of its branches ended more than a minute after it was written. Whoever resumes from it repeats them. It is not judged while the run goes on.",
  fix: "Resume from the log, not from the checkpoint: `attractor resume` does. A run of another engine is best started again.",
  look: (facts) => (mayGoOnWords(facts) ? [] : scopesOf(facts).flatMap((scope) => ofScope(facts, scope))),
};

function ofScope(facts: RunFacts, scope: ScopeFacts): Found[] {
  const { checkpoint } = scope.files;
  if (checkpoint === null) return [];
  const last = scope.nodes.get(scope.lastEnded)?.lastMark;
  const behind = last != null && isBehind(checkpoint, scope.lastEnded, last.seq, last.ms);
  const fan = facts.fans.find((one) => one.scope === scope.key && one.joined === null);
  const branchesWent = fan !== undefined && branchEnd(facts, fan) > checkpoint.ms + LATE_MS;
  if (!behind && !branchesWent) return [];
  const now = branchesWent ? fan.node : scope.lastEnded;
  const missed = lastMs(facts) - checkpoint.ms;
  return [
    {
      severity: "warning",
      title: `the checkpoint stands at ${checkpoint.node || "nothing"}, the run was in ${now}`,
      evidence: `${checkpoint.file} is from ${new Date(checkpoint.ms).toISOString()}; the log goes on for ${exact(missed)} after it`,
      advice: goOn(facts),
      where: [{ file: checkpoint.file, node: checkpoint.node }],
      numbers: { behind_ms: missed },
    },
  ];
}

/** Ours says up to which line it knows; others only when they were written. */
function isBehind(checkpoint: CheckpointFacts, ended: string, seq: number | null, ms: number): boolean {
  if (checkpoint.seq !== null && seq !== null) return checkpoint.seq < seq;
  return checkpoint.node !== ended && ms > checkpoint.ms + LATE_MS;
}

const branchEnd = (facts: RunFacts, { node, scope }: FanName): number =>
  Math.max(
    0,
    ...[...facts.branches.values()]
      .filter(({ fan }) => fan.node === node && fan.scope === scope)
      .flatMap(({ key }) => [...(facts.scopes.get(key)?.nodes.values() ?? [])])
      .map(({ lastMark }) => (lastMark?.seq != null ? 0 : (lastMark?.ms ?? 0))),
  );
