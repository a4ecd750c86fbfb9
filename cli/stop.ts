/** `attractor stop RUN`: ends a run from another terminal, and says how it ended. */
import { stopRun } from "../engine/local/stop.ts";
import { command } from "./command.ts";
import { EXIT } from "./exit-codes.ts";
import { runNamed } from "./find-run.ts";
import { UsageError } from "./options.ts";
import { sightJson, sightText } from "./screen/status-text.ts";

const USAGE = `usage: attractor stop RUN [--run-id ID] [--grace SECONDS] [--reason TEXT] [--json]

Asks the process that drives the run to cancel it and waits for the end, which is recorded as canceled. What has not
ended after the grace (30 s) is killed. A run that waits for a person is canceled where it stands. RUN is an id under
.attractor/runs, or a run folder.
Exit code: 0 when the run is over, 1 when it could not be stopped.
`;

export const runStop = command({
  name: "stop",
  usage: USAGE,
  options: {
    "run-id": { type: "string" },
    grace: { type: "string", default: "30" },
    reason: { type: "string", default: "stopped by attractor stop" },
    json: { type: "boolean", default: false },
  },
  async run({ values, positionals }, terminal) {
    const grace = Number(values.grace);
    if (!(grace >= 0)) throw new UsageError(`--grace takes seconds, not ${JSON.stringify(values.grace)}`);
    const seen = await stopRun(runNamed(positionals, values["run-id"]), {
      by: "attractor stop",
      reason: values.reason,
      graceMs: grace * 1000,
    });
    terminal.out(values.json ? sightJson(seen) : sightText(seen, Date.now()));
    if (seen.problem) terminal.err(`attractor stop: ${seen.problem.message}\n  ${seen.problem.fix}\n`);
    return seen.driver === null && seen.final ? EXIT.success : EXIT.failed;
  },
});
