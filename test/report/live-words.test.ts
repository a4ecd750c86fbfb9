/** What a report says while a run goes on is never contradicted by what it says at the end: at every prefix of recorded logs. */
import { describe, expect, it } from "vitest";
import type { RunEvent } from "../../engine/core/events.ts";
import { fold } from "../../engine/core/fold.ts";
import { emptyState } from "../../engine/core/scopes.ts";
import type { RunState } from "../../engine/core/state.ts";
import type { Pipeline } from "../../engine/graph/pipeline.ts";
import { branchCounts, sentenceOf } from "../../engine/report/facts.ts";
import { reportOf } from "../../engine/report/from-state.ts";
import { renderMarkdown } from "../../engine/report/markdown.ts";
import type { ReportModel } from "../../engine/report/model.ts";
import { renderTerminal } from "../../engine/report/terminal.ts";
import { run } from "../core/world.ts";
import { HISTORIES, history } from "../histories/read.ts";

const same = (text: string): string => text;
const ENDED = new Set(["success", "fail", "canceled"]);

function* prefixes(pipeline: Pipeline, log: readonly RunEvent[]) {
  let state: RunState = emptyState();
  for (const [at, event] of log.entries()) {
    state = fold(pipeline, state, event);
    if (!state.started) continue;
    const events = log.slice(0, at + 1);
    yield {
      at,
      rest: log.slice(at + 1),
      report: reportOf(state, pipeline, { findings: [], next: [], links: [], events }),
    };
  }
}

/** Numbers that only grow, and words that would be wrong too early. */
function check(pipeline: Pipeline, log: readonly RunEvent[]): void {
  const seen = [...prefixes(pipeline, log)];
  const final = seen.at(-1)!.report;
  for (const { at, rest, report } of seen) {
    const where = `after event ${at + 1} of ${log.length}, ${log[at]!.event}`;
    const over = ENDED.has(report.status);
    const reopened = rest.some((event) => event.event === "run_resumed");
    const said = sentenceOf(report);
    if (over && !reopened) expect(said, where).toBe(sentenceOf(final));
    if (!over) {
      expect(said, where).toMatch(/ (?:is running|asks)/);
      expect(report.story, where).toBeNull();
    }
    expect(report.totals.attempts, where).toBeLessThanOrEqual(final.totals.attempts);
    expect(report.totals.tokens ?? 0, where).toBeLessThanOrEqual(final.totals.tokens ?? 0);
    expect(report.totals.costUsd ?? 0, where).toBeLessThanOrEqual(final.totals.costUsd ?? 0);
    branches(report, final, log.slice(0, at + 1), reopened, where);
    current(report, log.slice(0, at + 1), where);
  }
}

/** A branch is said to have ended only when it has, and as it did. */
function branches(
  report: ReportModel,
  final: ReportModel,
  before: readonly RunEvent[],
  reopened: boolean,
  where: string,
): void {
  const ends = new Map(
    before.flatMap((event) =>
      event.event === "branch_completed"
        ? [[event.branch_key, event.status] as const]
        : event.event === "fanout_started"
          ? (event.carried ?? []).map((result) => [result.key, result.status] as const)
          : [],
    ),
  );
  const begun = new Set(
    before.flatMap((event) => (event.event === "branch_started" ? [event.branch_key] : [])),
  );
  for (const row of report.branches) {
    const status = ends.get(row.key);
    if (status === undefined) {
      const going = ENDED.has(report.status) ? "canceled" : "running";
      expect(row.state, `${row.key} ${where}`).toBe(begun.has(row.key) ? going : "pending");
    } else
      expect(row.state, `${row.key} ${where}`).toBe(
        status === "fail" || status === "canceled" ? status : "success",
      );
    const later = final.branches.find(({ key }) => key === row.key);
    if (status !== undefined && later && !reopened) expect(row.state, where).toBe(later.state);
  }
  const succeeded = report.branches.filter((row) =>
    ["success", "partial_success"].includes(ends.get(row.key) ?? ""),
  );
  const told = /(\d+) of \d+ succeeded/.exec(branchCounts(report.branches))?.[1] ?? "0";
  expect(Number(told), where).toBe(succeeded.length);
}

/** What is named as going on has begun and not ended. */
function current(report: ReportModel, before: readonly RunEvent[], where: string): void {
  for (const { id, phase } of report.current) {
    if (phase !== "running") continue;
    const of = before.filter(
      (event) =>
        (event.event === "stage_attempt_start" || event.event === "stage_attempt_end") &&
        event.node_id === id,
    );
    const begun = of.filter(({ event }) => event === "stage_attempt_start").length;
    expect(begun, `${id} ${where}`).toBeGreaterThan(of.length - begun);
  }
}

describe("R-EASE-7: words about a run that goes on", () => {
  it.each(HISTORIES)("of %s are never contradicted by its end", (name) => {
    const { pipeline, log } = history(name);
    check(pipeline, log);
  });

  it("no branch is said to be without a failure before it has ended", () => {
    const { pipeline, log } = run(
      `digraph g { start [shape=Mdiamond]; exit [shape=Msquare]
        fan [shape=component, max_parallel=1]; join [shape=tripleoctagon]
        a [shape=parallelogram, tool_command="true"]; b [shape=parallelogram, tool_command="true"]
        start -> fan; fan -> a -> join; fan -> b -> join; join -> exit }`,
      { outcomes: { b: ["fail: x"] } },
    );
    check(pipeline, log);
    const said = [...prefixes(pipeline, log)].map(({ report }) => branchCounts(report.branches));
    expect(said).toContain("2 not begun of 2");
    expect(said).toContain("1 running, 1 not begun of 2");
    expect(said).toContain("1 of 2 succeeded, 1 running");
    expect(said.at(-1)).toBe("1 of 2 succeeded, 1 failed");
  });

  it("every form can be made of every prefix", () => {
    for (const name of HISTORIES) {
      const { pipeline, log } = history(name);
      for (const { report, at } of prefixes(pipeline, log)) {
        if (at % 7 !== 0) continue;
        expect(renderMarkdown(report, same)).toContain(report.runId);
        expect(renderTerminal(report, same)).toContain(report.runId);
      }
    }
  });
});
