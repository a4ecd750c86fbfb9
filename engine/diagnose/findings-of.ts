/** The findings of a run, worst first: one function, whether its lines come from a folder, a log or GitHub. */
import type { RunFacts } from "./facts/facts.ts";
import { emptyFacts } from "./facts/make.ts";
import { observe, settle } from "./facts/observe.ts";
import { isObject } from "./facts/read.ts";
import type { Finding } from "./finding.ts";
import { FINDING_KINDS } from "./kinds.ts";

const RANK = { error: 0, warning: 1, info: 2 };

export function findingsIn(facts: RunFacts): Finding[] {
  settle(facts);
  return FINDING_KINDS.flatMap(({ code, look }) =>
    look(facts).map((found): Finding => ({ code, ...found })),
  ).sort((a, b) => RANK[a.severity] - RANK[b.severity]);
}

const HERE = { file: null, line: null, scope: "", fans: new Set<string>() };

/** Of a run whose log is at hand. Without an end it goes on: whoever asks is who drives it, or asks them. */
export function findingsOf(
  events: Iterable<unknown>,
  command: RunFacts["command"] = "/attractor",
): Finding[] {
  const facts = emptyFacts({ alive: true, now: 0, command, hasFolder: false });
  for (const event of events) {
    if (!isObject(event)) continue;
    if (facts.runId === "" && typeof event.run_id === "string") facts.runId = event.run_id;
    observe(facts, event, HERE);
  }
  facts.now = Math.max(0, ...[...facts.scopes.values()].map(({ last }) => last?.ms ?? 0));
  return findingsIn(facts);
}
