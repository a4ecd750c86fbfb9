import { countText } from "../../report/units.ts";
import type { NodeFacts, RunFacts, ScopeFacts } from "../facts/facts.ts";
import { spanMs, whereOf } from "../facts/mark.ts";
import type { Found } from "../finding.ts";
import type { FindingKind } from "./kind.ts";
import { inBranch, scopesOf, some } from "./words.ts";

export const staleHeartbeat: FindingKind = {
  code: "STALE_HEARTBEAT",
  title: "Heartbeats of attempts that had ended",
  explain:
    "A heartbeat says that an attempt runs. These came from attempts that had ended, so the log looked alive when nothing was. Heartbeats of an attempt that runs are never stale, however many there are.",
  fix: "Do not take heartbeats for progress: look at the last line that is none. In runs of this engine the end of an attempt is the end of its heartbeats; tell us if you see this there.",
  look: (facts) => scopesOf(facts).flatMap((scope) => ofScope(facts, scope)),
};

function ofScope(facts: RunFacts, scope: ScopeFacts): Found[] {
  const nodes = [...scope.nodes.values()].filter((node) => node.stale !== null && !isLate(facts, node));
  if (nodes.length === 0) return [];
  const stale = nodes.reduce((sum, node) => sum + (node.stale?.count ?? 0), 0);
  const last = nodes.map((node) => node.stale!.last).toSorted((a, b) => b.ms - a.ms)[0]!;
  const tail = scope.tail && isStaleTail(scope) ? scope.tail : null;
  const after = tail ? afterLast(scope, tail.count, tail.last.ms) : "";
  const byNode = (tail ? [...tail.byNode] : nodes.map((node) => [node.id, node.stale!.count] as const))
    .toSorted((a, b) => b[1] - a[1])
    .map(([id, n]) => `${id} ${countText(n)}`);
  const span = tail ? Math.floor((tail.last.ms - (scope.lastStep?.ms ?? tail.first.ms)) / 1000) : 0;
  return [
    {
      severity: "error",
      title: `${countText(tail?.count ?? stale)} heartbeats of attempts that had ended${inBranch(scope.key)}`,
      evidence: `${after}${some(byNode)}${tail ? `; ${countText(stale)} in the whole log` : ""}`,
      advice: "do not wait for it: none of these attempts ran. Look at the last line that is no heartbeat",
      where: [
        ...(scope.lastStep ? [whereOf(scope.lastStep)] : []),
        whereOf(last, scope.key === "" ? {} : { branch: scope.key }),
      ],
      numbers: {
        stale,
        ...(tail ? { after_last_line: tail.count, span_s: span } : {}),
        ...Object.fromEntries(
          (tail ? [...tail.byNode] : []).slice(0, 50).map(([id, n]) => [`node.${id}`, n]),
        ),
      },
    },
  ];
}

function afterLast(scope: ScopeFacts, beats: number, until: number): string {
  const at = scope.lastStep;
  const span = at ? Math.floor((until - at.ms) / 1000) : 0;
  return `${countText(beats)} came after the last other line (${scope.lastEvent} at ${at?.ts ?? "?"}), over ${countText(span)} s: `;
}

/** The log ends with heartbeats, and nothing runs that they could belong to. */
const isStaleTail = ({ tail, nodes }: ScopeFacts): boolean =>
  [...(tail?.byNode.keys() ?? [])].every((id) => (nodes.get(id)?.stale?.last.ms ?? 0) > 0);

/** Of another engine: one that was on its way when the attempt ended. */
const isLate = (facts: RunFacts, { stale, lastMark }: NodeFacts): boolean =>
  facts.dialect === "kilroy" &&
  stale?.count === 1 &&
  spanMs(stale) === 0 &&
  stale.last.ms - (lastMark?.ms ?? 0) < 1_000;
