import { plural } from "../../report/units.ts";
import type { BranchFacts, FanFacts, RunFacts } from "../facts/facts.ts";
import { whereOf } from "../facts/mark.ts";
import type { Found } from "../finding.ts";
import type { FindingKind } from "./kind.ts";
import { clock, exact, goOn, lastMs, mayGoOnWords, waits } from "./words.ts";

export const orphanedBranch: FindingKind = {
  code: "ORPHANED_BRANCH",
  title: "A branch never came back",
  explain:
    "A fan-out began branches that nobody joined, or the runner of a branch was lost with all that it had done. A branch that was begun again and ended is none; so is one of a run that was cancelled or still goes on.",
  fix: "Resume the run: only the branches that failed or never ended run again.",
  look: (facts) => [...openFans(facts), ...lostBranches(facts)],
};

function openFans(facts: RunFacts): Found[] {
  if (mayGoOnWords(facts) || waits(facts) || facts.ended?.status === "canceled") return [];
  return facts.fans
    .filter(({ joined }) => joined === null)
    .flatMap((fan) => {
      const all = [...facts.branches.values()].filter(
        (branch) => branch.fan.node === fan.node && branch.fan.scope === fan.scope,
      );
      return all.some(({ ended }) => ended === null) ? [neverJoined(facts, fan, all)] : [];
    });
}

function neverJoined(facts: RunFacts, fan: FanFacts, all: readonly BranchFacts[]): Found {
  const last = lastMs(facts);
  return {
    severity: "error",
    title: `the branches of ${fan.node} were never joined`,
    evidence: `${fan.node} began ${plural(all.length, "branch", "branches")} at ${fan.started.ts} and was open for ${exact(last - fan.started.ms)}. ${all.map((branch) => story(facts, branch)).join("; ")}`,
    advice: goOn(facts),
    where: [
      whereOf(fan.started, { node: fan.node }),
      ...all.slice(0, 20).flatMap(({ key }) => {
        const at = facts.scopes.get(key)?.lastStep;
        return at ? [whereOf(at, { branch: key })] : [];
      }),
    ],
    numbers: { branches: all.length, open_ms: last - fan.started.ms },
  };
}

/** How far it came, in its own words. */
function story(facts: RunFacts, { key, ended, started }: BranchFacts): string {
  if (ended) return `${key} ended ${ended.status}`;
  const scope = facts.scopes.get(key);
  const node = scope?.nodes.get(scope.lastEnded);
  if (!scope?.lastStep) return `${key} ${started ? "left nothing" : "never began"}`;
  const open = [...scope.nodes.values()].find((one) => one.open.size > 0);
  const so = node
    ? `last ${node.id} ${node.lastStatus} at ${clock(node.lastMark?.ms ?? 0)}`
    : "nothing ended";
  return `${key}: ${so}${open ? `, ${open.id} still open` : ""}`;
}

const identity = (key: string): string => key.replace(/(^|\/)v\d+(?=\/)/g, "");

function lostBranches(facts: RunFacts): Found[] {
  const all = [...facts.branches.values()];
  const healed = new Set(
    all.filter(({ ended }) => ended && ended.leftBy !== "lost").map(({ key }) => identity(key)),
  );
  return all
    .filter(({ key, ended }) => ended?.leftBy === "lost" && !healed.has(identity(key)))
    .map(({ key, ended }) => ({
      severity: "error",
      title: `branch ${key} brought no result`,
      evidence: ended?.reason || "no log was found",
      advice: `${goOn(facts)}: only the branches that failed run again`,
      where: ended ? [whereOf(ended.mark, { branch: key })] : [],
      numbers: {},
    }));
}
