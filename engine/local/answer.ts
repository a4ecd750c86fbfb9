/** Answers a gate from another process: a running driver is told, a run that waits gets the line itself. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Clock, machineClock } from "../clock.ts";
import { answerTo } from "../core/answers.ts";
import { FixableError } from "../fixable-error.ts";
import { writeFileAtomic } from "../ledger/atomic.ts";
import { lockRunFolder, runFolderOwner } from "../ledger/lock.ts";
import { sendControl } from "./controls.ts";
import { openRun } from "./open-run.ts";
import { writeProjections } from "./write-projections.ts";

export interface Answered {
  readonly gate: string;
  readonly label: string;
  /** False: nobody drives the run, so that it goes on only when it is resumed. */
  readonly running: boolean;
}

class AnswerRefusedError extends FixableError {
  override readonly name = "AnswerRefusedError";
}

/** The line of an answer that was given while nobody drove the run; no node's folder begins with a dot. */
const MARK = ".answered";

export const answeredAt = async (root: string): Promise<number | null> => {
  const text = await readFile(join(root, MARK), "utf8").catch(() => "");
  return /^\d+\n$/.test(text) ? Number(text) : null;
};

const POLL_MS = 100;
const TAKEN_WITHIN_MS = 15_000;

export async function answerRun(
  root: string,
  gate: string,
  label: string,
  by: string,
  clock: Clock = machineClock,
): Promise<Answered> {
  // Checked here first: whoever answers learns at once that there is no such choice.
  const checked = await check(root, gate, label, by, clock);
  if (await runFolderOwner(root)) {
    await sendControl(root, { kind: "answer", by, gate, label }, clock.now());
    await taken(root, checked.gate, clock);
    return { ...checked, running: true };
  }
  const lock = await lockRunFolder(root, (await openRun(root, clock)).stored.manifest.run_id);
  try {
    const { log, ledger } = await openRun(root, clock);
    const answer = answerTo(log.state, gate, label, { by, source: "command" });
    if (!answer.ok) throw refused(answer.message);
    log.push(answer.event);
    await log.flush();
    await writeFileAtomic(join(root, MARK), `${log.state.seq}\n`);
    await writeProjections(root, log.state);
    await ledger.close();
    return { ...checked, running: false };
  } finally {
    await lock.release();
  }
}

async function check(root: string, gate: string, label: string, by: string, clock: Clock) {
  const { log } = await openRun(root, clock);
  const answer = answerTo(log.state, gate, label, { by, source: "command" });
  if (!answer.ok) throw refused(answer.message);
  if (answer.event.event !== "human_gate_answered") throw refused(`${gate} is no gate`);
  return { gate: answer.event.gate, label: answer.event.label ?? answer.event.text ?? label };
}

const refused = (message: string) =>
  new AnswerRefusedError(message, "see what waits, and its choices, with `attractor status`");

/** Until the driver has it in its log. */
async function taken(root: string, gate: string, clock: Clock): Promise<void> {
  const until = clock.elapsed() + TAKEN_WITHIN_MS;
  while (clock.elapsed() < until) {
    const { snapshot } = await openRun(root, clock);
    if (snapshot.events.some((event) => event.event === "human_gate_answered" && event.gate === gate)) return;
    await clock.sleep(POLL_MS, new AbortController().signal);
  }
  throw new AnswerRefusedError(
    `the driver of ${root} did not take the answer within ${TAKEN_WITHIN_MS / 1000} s`,
    "look at it with `attractor status`, and answer again",
  );
}
