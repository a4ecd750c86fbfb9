/** The page of one run, with links to GitHub and the commands of the pull request. */
import type { RunEvent } from "../../../engine/core/events.ts";
import { findingsOf } from "../../../engine/diagnose/findings-of.ts";
import { redactDeep } from "../../../engine/redact/redact.ts";
import { reportOf } from "../../../engine/report/from-state.ts";
import { commandsFor } from "../../../engine/report/html/gates.ts";
import type { Markup } from "../../../engine/report/html/markup.ts";
import { runMain } from "../../../engine/report/html/run-main.ts";
import { nextSteps } from "../../../github/notify/next-steps.ts";
import type { SeenRun } from "../source.ts";
import { linksOf } from "./links.ts";

export interface RunView {
  readonly run: SeenRun;
  readonly repository: string;
  readonly serverUrl: string;
  readonly now: number;
  readonly redact: (text: string) => string;
}

const answering = commandsFor(
  ({ id }, choice) => `/attractor choose ${id} ${choice}`,
  ({ id }) => `/attractor answer ${id} your words`,
  "Use a button of the check, or comment one of these on the pull request:",
);

export async function runPageMain({ run, repository, serverUrl, now, redact }: RunView): Promise<Markup> {
  const { state, pipeline } = run;
  const log: readonly RunEvent[] = redactDeep(run.events, redact);
  const report = redactDeep(
    reportOf(state, pipeline, {
      findings: findingsOf(run.events),
      next: nextSteps(state, { serverUrl }),
      links: linksOf(run, repository, serverUrl),
      events: run.events,
      shows: run.shows,
    }),
    redact,
  );
  return runMain({ report, log, until: state.endedAt ?? now, answering, filesOf: () => [] });
}
