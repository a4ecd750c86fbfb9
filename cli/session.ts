/** What `run`, `resume` and `fork` have in common: a screen, a person to ask, Ctrl-C, and the account at the end. */
import { asJson } from "../engine/as-json.ts";
import type { DriverOptions, RunReport } from "../engine/local/driver.ts";
import { localShows } from "../engine/local/shows.ts";
import { consoleInterviewer } from "../engine/stages/human/console.ts";
import { autoApproveInterviewer } from "../engine/stages/human/interviewers.ts";
import { findMarked, marksOfRun } from "../engine/stages/strays.ts";
import { exitCodeOf } from "./exit-codes.ts";
import { onInterrupt } from "./interrupt.ts";
import type { Terminal } from "./io.ts";
import { pairs } from "./options.ts";
import { exportRun } from "./runs/export.ts";
import { account, type Over } from "./screen/account.ts";
import { screen } from "./screen/screen.ts";

export interface SessionFlags {
  readonly root: string;
  readonly json: boolean;
  readonly autoApprove: boolean;
  /** `--answer NODE=LABEL`, as given. */
  readonly answers: readonly string[];
}

export async function atTerminal(
  terminal: Terminal,
  flags: SessionFlags,
  work: (driver: DriverOptions) => Promise<RunReport>,
): Promise<number> {
  const asks = !flags.json && !flags.autoApprove && process.stdin.isTTY === true;
  const view = screen(terminal, { json: flags.json, asks, root: flags.root });
  const person = asks ? consoleInterviewer({ input: process.stdin, output: process.stderr }) : null;
  const interrupt = onInterrupt(
    (signal) =>
      view.say(
        `${signal}: ending the run; its stages are being stopped and the end is recorded. Again to kill.\n`,
      ),
    () => {
      killMarked(flags.root);
      // The cursor too is this program's to give back.
      view.close();
      terminal.err("killed; what is recorded stays, and `attractor resume` goes on from there\n");
    },
  );
  let report: RunReport;
  try {
    report = await work({
      answers: grouped(pairs(flags.answers, "--answer", "NODE=LABEL")),
      interviewer: flags.autoApprove ? autoApproveInterviewer() : person,
      cancel: interrupt.signal,
      watch: view.watch,
      env: { ...process.env },
    });
  } finally {
    view.close();
    person?.close();
    interrupt.done();
  }
  terminal.out(flags.json ? asJson(report.final ?? report.live) : account(await withShows(report)));
  if (report.unrecorded !== undefined) terminal.err(`attractor: ${report.unrecorded}\n`);
  await exported(terminal, report);
  return exitCodeOf(report);
}

/** What the configuration asks to be told elsewhere; a collector that is away is a warning. */
async function exported(terminal: Terminal, { root, final }: RunReport): Promise<void> {
  if (final === null) return;
  const problem = await exportRun(root).catch((error: Error) => error.message);
  if (problem !== null) terminal.err(`attractor: traces were not sent: ${problem}\n`);
}

/** A run that waits shows what is to be approved. */
async function withShows(report: RunReport): Promise<Over> {
  if (report.live.status !== "waiting") return report;
  const { state, pipeline } = report.run;
  return { ...report, shows: await localShows(report.root, state, pipeline) };
}

/** The last resort of a second Ctrl-C: every process that carries this run's folder, at once. */
function killMarked(root: string): void {
  for (const pid of findMarked(marksOfRun(root), null)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // Gone meanwhile.
    }
  }
}

function grouped(entries: readonly [string, string][]): Map<string, string[]> {
  const map = new Map<string, string[]>();
  for (const [node, label] of entries) map.set(node, [...(map.get(node) ?? []), label]);
  return map;
}
