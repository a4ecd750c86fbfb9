import type { NodeFacts, RunFacts, ScopeFacts } from "../facts/facts.ts";
import { whereOf } from "../facts/mark.ts";
import type { Found, Where } from "../finding.ts";
import type { FindingKind } from "./kind.ts";
import { dollars, exact, inBranch, quote, scopesOf, timesWords, usd8 } from "./words.ts";

export const statusContract: FindingKind = {
  code: "STATUS_CONTRACT_MISMATCH",
  title: "Work ended without a status that can be read",
  explain:
    "The stage came to its end and left no status where the engine looks, so good work may count as failed. Files found elsewhere are named with what they say. A stage that failed so and succeeded later is no finding.",
  fix: "Let the stage write the file that $ATTRACTOR_STATUS_PATH names; `.ai/status.json` and `status.json` in the worktree are taken too. `auto_status=true` takes a clean end for success.",
  look: (facts) =>
    scopesOf(facts).flatMap((scope) =>
      [...scope.nodes.values()].flatMap((node) =>
        node.statusLost === null || node.lastStatus === "success"
          ? []
          : [mismatch(facts, scope, node, node.statusLost)],
      ),
    ),
};

function mismatch(
  facts: RunFacts,
  scope: ScopeFacts,
  node: NodeFacts,
  lost: NonNullable<NodeFacts["statusLost"]>,
): Found {
  const { elsewhere } = scope.files;
  const mine = facts.sessions.filter(({ branch }) => branch === scope.key);
  const spent = facts.money.parts.filter(({ branch }) => branch === scope.key);
  const usd = spent.reduce((sum, part) => sum + part.usd, 0);
  const ran = mine.filter(({ exitCode }) => exitCode === 0);
  const evidence = [
    `${quote(lost.reason)} ${timesWords(lost.count)}`,
    ...elsewhere.map(({ path, status }) => `${path} says ${status}`),
    ...ran.map(
      ({ node: id, durationMs, turns }) =>
        `${id} exited 0 after ${exact(durationMs ?? 0)}${turns === null ? "" : ` and ${turns} turns`}`,
    ),
    ...(usd > 0 ? [`${dollars(usd)} were spent there`] : []),
  ];
  const files: Where[] = elsewhere.map(({ path }) => ({ file: path }));
  return {
    severity: "error",
    title: `${node.id} ended without a status that can be read${inBranch(scope.key)}`,
    evidence: evidence.join("; "),
    advice: `let ${node.id} write $ATTRACTOR_STATUS_PATH, or set auto_status=true if ending cleanly is success enough`,
    where: [
      whereOf(lost.last, { node: node.id, ...(scope.key === "" ? {} : { branch: scope.key }) }),
      ...files,
    ],
    numbers: { count: lost.count, ...(usd > 0 ? { usd: usd8(usd) } : {}) },
  };
}
