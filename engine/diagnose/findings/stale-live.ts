import type { RunFacts, ScopeFacts } from "../facts/facts.ts";
import type { FindingKind } from "./kind.ts";
import { inBranch, mayGoOnWords, scopesOf, some } from "./words.ts";

export const staleLive: FindingKind = {
  code: "STALE_LIVE",
  title: "live.json names what does not run",
  explain:
    "live.json tells what goes on now. This one names an attempt that the log knows to be over, or says running of a run that has ended. It is not judged while the run goes on: the file may be a moment behind.",
  fix: "Do not trust live.json of this run; the log is right. `attractor status RUN` writes it anew from the log.",
  look: (facts) => {
    if (mayGoOnWords(facts)) return [];
    const stale = scopesOf(facts).flatMap((scope) => staleIn(facts, scope));
    if (stale.length === 0) return [];
    return [
      {
        severity: "warning",
        title: `live.json names ${some(
          stale.map(({ node }) => node || "a run that has ended"),
          3,
        )}, which does not run`,
        evidence: some(stale.map(({ said }) => said)),
        advice: `the log is right: ${[...runs(facts)].join(", ") || "nothing"} is what was open when it ended`,
        where: stale.map(({ file, node }) => ({ file, ...(node === "" ? {} : { node }) })),
        numbers: { count: stale.length },
      },
    ];
  },
};

function staleIn(facts: RunFacts, scope: ScopeFacts): { file: string; node: string; said: string }[] {
  const { live } = scope.files;
  if (live === null) return [];
  const over = live.stages.filter(
    ({ branch, node, attempt }) => !isOpen(facts.scopes.get(branch || scope.key), node, attempt),
  );
  const said = over.map(({ node, event, branch }) => ({
    file: live.file,
    node,
    said: `${live.file} says ${event} of ${node}${inBranch(branch || scope.key)}`,
  }));
  if (said.length === 0 && live.running && facts.ended && scope.key === "")
    return [
      { file: live.file, node: "", said: `${live.file} says running, the run ended ${facts.ended.status}` },
    ];
  return said;
}

function isOpen(scope: ScopeFacts | undefined, node: string, attempt: string): boolean {
  const open = scope?.nodes.get(node)?.open;
  return open !== undefined && (attempt === "" ? open.size > 0 : open.has(attempt));
}

const runs = (facts: RunFacts): Set<string> =>
  new Set(
    scopesOf(facts).flatMap(({ nodes }) =>
      [...nodes.values()].filter(({ open }) => open.size > 0).map(({ id }) => id),
    ),
  );
