/** `attractor logs RUN [NODE[@VISIT]]`: what happened, or what a stage was asked and said. */

import { stripVTControlCharacters } from "node:util";
import type { RunEvent } from "../engine/core/events.ts";
import { nearestWord } from "../engine/graph/nearest.ts";
import { attemptFiles, partOf, tailOf } from "../engine/local/attempt-files.ts";
import { lookAt, type Sight } from "../engine/local/look.ts";
import { redactor } from "../engine/redact/redact.ts";
import { agentLine } from "../engine/report/agent-line.ts";
import { storyLine } from "../engine/report/story.ts";
import { durationText } from "../engine/report/units.ts";
import { secretValues } from "../engine/stages/inherit-env.ts";
import { clockText } from "./clock-text.ts";
import { command } from "./command.ts";
import { EXIT } from "./exit-codes.ts";
import { findRun, withRunId } from "./find-run.ts";
import type { Terminal } from "./io.ts";
import { UsageError } from "./options.ts";
import { attemptName, type FoundAttempt, findAttempts } from "./runs/attempts.ts";
import { attemptsJson, eventsJson } from "./runs/logs-json.ts";
import { readEvents } from "./runs/whole-run.ts";
import { runStatus } from "./status.ts";

const USAGE = `usage: attractor logs RUN [NODE[@VISIT[.ATTEMPT]]] [--branch KEY] [--bytes N] [--prompt] [--follow | --json]

Without NODE: what happened, line by line. With NODE: the output of its last attempt, in each branch that went there; with
a visit, of all attempts of that visit. An agent's tool calls and answer come with it, with --prompt what it was asked.

  --branch KEY  only this branch
  --bytes N     at most so much of each file, from its end (default: 65536)
  --follow      goes on until the attempt ends, or without NODE until the run does
  --json        the attempts with their files; without NODE the events, one a line

Exit code: 0, or 2 when there is no such run, stage or visit.
`;
const POLL_MS = 200;
/** A look reads the whole log: not at every poll. */
const LOOK_EVERY = 5;

export const runLogs = command({
  name: "logs",
  usage: USAGE,
  options: {
    "run-id": { type: "string" },
    branch: { type: "string" },
    bytes: { type: "string", default: "65536" },
    prompt: { type: "boolean", default: false },
    follow: { type: "boolean", short: "f", default: false },
    json: { type: "boolean", default: false },
  },
  async run({ values, positionals }, terminal) {
    const [run, stage, ...more] = withRunId(positionals, values["run-id"]);
    if (run === undefined) throw new UsageError("name a run");
    if (more.length > 0) throw new UsageError(`${JSON.stringify(more[0])} is one too many`);
    const root = findRun(run, process.cwd());
    if (values.json && values.follow)
      throw new UsageError("--json shows what is there now: leave --follow out");
    if (stage === undefined && values.json) return await eventsJson(root, terminal);
    if (stage === undefined)
      return values.follow ? await runStatus([root, "--follow"], terminal) : await story(root, terminal);
    const most = bytesOf(values.bytes);
    const { seen, found } = await find(root, stage, values.branch ?? null);
    if (values.json) {
      terminal.out(attemptsJson(root, found, most, values.prompt));
      return EXIT.success;
    }
    const print = printer(root, terminal, most, values.prompt);
    for (const attempt of found) print.whole(attempt, found.length > 1 || !values.follow);
    const running = found.filter((attempt) => attempt.status === null);
    if (values.follow) await follow(root, running, print);
    else if (running.length > 0 && seen.driver) terminal.err(`\nit runs still; --follow goes on\n`);
    return EXIT.success;
  },
});

function bytesOf(given: string): number {
  const bytes = Number(given);
  if (!Number.isSafeInteger(bytes) || bytes < 1) throw new UsageError(`--bytes takes a number, not ${given}`);
  return bytes;
}

async function story(root: string, terminal: Terminal): Promise<number> {
  const seen = await lookAt(root);
  for (const event of await readEvents(root, seen.runId)) {
    const line = storyLine(event);
    if (line !== null) terminal.out(`${clockText(event.ts)} ${line}\n`);
  }
  return EXIT.success;
}

interface Found {
  readonly seen: Sight;
  readonly events: readonly RunEvent[];
  readonly found: FoundAttempt[];
}

async function find(root: string, stage: string, branch: string | null): Promise<Found> {
  const seen = await lookAt(root);
  if (!seen.run) throw new UsageError(`run ${seen.runId} never began: no stage of it ran`);
  const events = await readEvents(root, seen.runId);
  const name = attemptName(stage);
  const { state, pipeline } = seen.run;
  const found = findAttempts(events, state, name, branch);
  if (found.length > 0) return { seen, events, found };
  if (!pipeline.stages.has(name.node)) {
    const near = nearestWord(name.node, [...pipeline.stages.keys()]);
    const instead =
      near === null ? `it has ${[...pipeline.stages.keys()].join(", ")}` : `did you mean ${near}?`;
    throw new UsageError(`there is no stage ${name.node}; ${instead}`);
  }
  throw new UsageError(`${stage}${branch === null ? "" : ` in ${branch}`} has not run`);
}

interface Printer {
  whole(attempt: FoundAttempt, headed: boolean): void;
  /** What came since. */
  more(attempt: FoundAttempt): void;
}

function printer(root: string, terminal: Terminal, most: number, prompt: boolean): Printer {
  const mask = redactor(secretValues(process.env));
  const at = new Map<string, number>();
  const put = (text: string): void => terminal.out(clean(mask(text)));
  return {
    whole(attempt, headed) {
      const { folder } = attempt;
      if (headed) put(`${headOf(attempt)}\n`);
      for (const { name, title } of attemptFiles(root, folder)) {
        if (name === "status.json" || (name === "prompt.md" && !prompt)) continue;
        const part = tailOf(root, folder, name, most);
        if (part === null) continue;
        at.set(`${folder}/${name}`, part.end);
        const text = name === "events.ndjson" ? agentLines(part.text) : part.text;
        if (text === "") continue;
        if (headed && name !== "stdout.log") put(`-- ${title}\n`);
        if (part.before > 0) put(`… ${part.before} bytes before\n`);
        put(text.endsWith("\n") ? text : `${text}\n`);
      }
    },
    more({ folder }) {
      for (const name of ["stdout.log", "stderr.log", "events.ndjson"] as const) {
        const key = `${folder}/${name}`;
        const part = partOf(root, folder, name, at.get(key) ?? 0);
        if (part === null || part.text === "") continue;
        at.set(key, part.end);
        put(name === "events.ndjson" ? agentLines(part.text) : part.text);
      }
    },
  };
}

const agentLines = (text: string): string =>
  text
    .split("\n")
    .flatMap((line) => agentLine(line) ?? [])
    .map((line) => `${line}\n`)
    .join("");

/** Nothing that a stage says may move the cursor. */
const clean = (text: string): string => stripVTControlCharacters(text).replace(/[^\P{Cc}\n\t]/gu, "");

function headOf({ node, branch, visit, attempt, status, ms, failure, folder }: FoundAttempt): string {
  const where = branch === null ? "" : ` in ${branch}`;
  const took = ms === null ? "" : `, ${durationText(ms)}`;
  const why = failure === null ? "" : `: ${failure.split("\n")[0]}`;
  return `== ${node}@${visit}.${attempt}${where}: ${status ?? "running"}${took}${why}\n   ${folder}`;
}

async function follow(root: string, running: readonly FoundAttempt[], print: Printer): Promise<void> {
  const open = new Map(running.map((attempt) => [attempt.folder, attempt]));
  for (let poll = 1; open.size > 0; poll++) {
    await new Promise((later) => setTimeout(later, POLL_MS));
    const over = poll % LOOK_EVERY === 0 ? await ended(root, open) : [];
    for (const attempt of open.values()) print.more(attempt);
    for (const folder of over) open.delete(folder);
  }
}

async function ended(root: string, open: ReadonlyMap<string, FoundAttempt>): Promise<string[]> {
  const seen = await lookAt(root);
  if (!seen.run || !seen.driver) return [...open.keys()];
  const events = await readEvents(root, seen.runId);
  const { state } = seen.run;
  return [...open].flatMap(([folder, { node, visit, attempt, branch }]) => {
    const [now] = findAttempts(events, state, { node, visit, attempt }, branch);
    return now === undefined || now.status !== null ? [folder] : [];
  });
}
