import { describe, expect, it } from "vitest";
import { ASSUMED, NOT_ASKED, type Row, type Seen } from "../../cli/setup/acceptance/assumptions.ts";
import { whyNot } from "../../cli/setup/acceptance/can-accept.ts";
import { seenByProbes } from "../../cli/setup/acceptance/from-probes.ts";
import { madeText, nothingMade } from "../../cli/setup/acceptance/playing.ts";
import { issueOf, tableOf } from "../../cli/setup/acceptance/report-text.ts";
import { liveFindings } from "../../cli/setup/live-findings.ts";
import { defaultJobs, type Jobs } from "../../engine/config/jobs.ts";
import { callerWorkflow } from "../../github/workflows/caller-workflow.ts";

const ROWS = Object.keys(ASSUMED) as Row[];
const seen = (differing: readonly Row[]): Seen[] =>
  ROWS.map((row) => ({ row, as: !differing.includes(row), seen: `saw ${row}` }));
const DAY = new Date("2026-03-04T05:06:07Z");

describe("what doctor --accept tells", () => {
  it("has each assumption once in its table, and each that is not asked with its reason", () => {
    const lines = tableOf(seen(["clock"]))
      .trimEnd()
      .split("\n");
    expect(lines).toHaveLength(2 + ROWS.length + NOT_ASKED.length);
    for (const row of ROWS) expect(lines.filter((line) => line.startsWith(`| ${row} |`))).toHaveLength(1);
    expect(lines.filter((line) => line.endsWith("| DIFFERS |"))).toEqual([
      `| clock | ${ASSUMED.clock.says} | saw clock | DIFFERS |`,
    ]);
    // A cell more or less would break it on GitHub.
    for (const line of lines) expect(line.split("|")).toHaveLength(6);
  });

  it("is an issue where something differs, with what follows, and none where nothing does", () => {
    expect(issueOf(seen([]), "1.2.3", DAY)).toBeNull();
    const issue = issueOf(seen(["clock", "command"]), "1.2.3", DAY);
    expect(issue).toContain("differs in clock, command\n");
    expect(issue).toContain("of version 1.2.3, on 2026-03-04.");
    expect(issue).toContain(`- command: ${ASSUMED.command.otherwise}.\n`);
  });

  it("is an error where runs need it, else a warning; what came to no end is an error too", () => {
    const found = liveFindings("o/r", {
      ...{ probes: [], notProbed: [], interrupted: false },
      left: { refs: [], runs: [], workflows: ["attractor-clock.yml"] },
      acceptance: { seen: seen(["clock", "command"]), ended: "the question did not come", issue: "" },
    });
    expect(found.map(({ code, severity }) => `${code} ${severity}`)).toEqual([
      "LIVE_DIFFERS warning",
      "LIVE_DIFFERS error",
      "LIVE_UNFINISHED error",
      "LIVE_LEFT_BEHIND error",
    ]);
    expect(found.at(-1)?.advice).toBe("gh workflow enable attractor-clock.yml");
  });

  it("takes from a job's probe what it told already, in words of its own", () => {
    const secret = "https://user:hunter2@example.com/o/r refused";
    const told = seenByProbes([
      { name: "job, hidden refs", ok: false, said: secret },
      { name: "job, other workflow files", ok: true, said: secret },
      { name: "job, stages", ok: false, said: secret },
      { name: "app, hidden refs", ok: true, said: "made" },
    ]);
    expect(told.map(({ row, as }) => `${row} ${as}`)).toEqual([
      "refs false",
      "workflow_files null",
      "stages false",
    ]);
    expect(JSON.stringify(told)).not.toContain("hunter2");
  });

  it("names what a killed one leaves", () => {
    expect(madeText(nothingMade())).toBeNull();
    const made = {
      ...nothingMade(),
      name: "doctor-1-a",
      workflowRuns: new Set([7, 9]),
      clockSwitchedOff: true,
    };
    expect(madeText(made)).toMatch(/branch attractor-doctor-1-a; .*7, 9 .*; attractor-clock\.yml/);
  });

  it("says of which callers it runs no graph", () => {
    const why = (jobs: Partial<Jobs>) =>
      whyNot("a.yml", callerWorkflow({ action: "o/r@v1", jobs: { ...defaultJobs(), ...jobs } }));
    expect(why({})).toBeNull();
    expect(why({ privileged: "allow" })).toBeNull();
    expect(why({ contents: "read" })).toContain("jobs.contents: read");
    expect(why({ coordinator: "app" })).toContain("leaves decisions to the app");
    expect(whyNot(undefined, "")).toContain("no workflow's jobs may do what a run needs");
  });
});
