/** `attractor status RUN`: how a run stands; with --follow until it is over. */

import { join } from "node:path";
import type { RunEvent } from "../engine/core/events.ts";
import { FILES } from "../engine/local/folder.ts";
import { follow } from "../engine/local/follow.ts";
import { lookAt, type Sight } from "../engine/local/look.ts";
import { localShows } from "../engine/local/shows.ts";
import { storyLine } from "../engine/report/story.ts";
import { clockText } from "./clock-text.ts";
import { command } from "./command.ts";
import { EXIT } from "./exit-codes.ts";
import { runNamed } from "./find-run.ts";
import type { Terminal } from "./io.ts";
import { restsForPerson, sightJson, sightText, statusOf } from "./screen/status-text.ts";

const USAGE = `usage: attractor status RUN [--run-id ID] [--follow] [--json]

Shows the stages and branches of a run, who drives it, and what to type next. RUN is an id under .attractor/runs, or a
run folder. When the process that drove it is gone, the loss is recorded: the run then has an end, and can be resumed.
--follow prints what happens until the run ends or waits; with --json each line of the log as it comes, then the status.
Exit code: 0 running or success, 1 failed, 2 no such run, 3 canceled, 4 waiting for a human.
`;

export const runStatus = command({
  name: "status",
  usage: USAGE,
  options: {
    "run-id": { type: "string" },
    follow: { type: "boolean", short: "f", default: false },
    json: { type: "boolean", default: false },
  },
  async run({ values, positionals }, terminal) {
    const root = runNamed(positionals, values["run-id"]);
    let seen = await lookAt(root);
    if (values.follow) {
      const say = values.json ? jsonLine(terminal) : story(terminal);
      seen = await follow(join(root, FILES.log), say, () => lookAt(root), isOver);
    }
    terminal.out(values.json ? sightJson(seen) : sightText(seen, Date.now(), await showsOf(seen)));
    if (!seen.problem) return codeOf(seen);
    terminal.err(`attractor status: ${seen.problem.message}\n  ${seen.problem.fix}\n`);
    return EXIT.failed;
  },
});

const showsOf = async ({ root, run, live }: Sight) =>
  run && live?.status === "waiting" ? localShows(root, run.state, run.pipeline) : undefined;

const isOver = (seen: Sight): boolean => !seen.driver && (seen.final !== null || restsForPerson(seen));

const jsonLine = (terminal: Terminal) => (line: string) => terminal.out(`${line}\n`);

const story = (terminal: Terminal) => (line: string) => {
  const event = JSON.parse(line) as RunEvent;
  const told = storyLine(event);
  if (told !== null) terminal.out(`${clockText(event.ts)} ${told}\n`);
};

function codeOf(seen: Sight): number {
  switch (statusOf(seen)) {
    case "fail":
      return EXIT.failed;
    case "canceled":
      return EXIT.canceled;
    case "paused":
    case "waiting":
      return EXIT.waiting;
    default:
      return EXIT.success;
  }
}
