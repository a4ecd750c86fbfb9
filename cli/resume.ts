/** `attractor resume RUN`: goes on with a run that crashed, waits, failed or was canceled. */
import { readBounds } from "../engine/core/new-budget.ts";
import { readManifest } from "../engine/local/folder.ts";
import { resumeRun } from "../engine/local/resume-run.ts";
import { command } from "./command.ts";
import { runNamed } from "./find-run.ts";
import { UsageError } from "./options.ts";
import { atTerminal } from "./session.ts";

const USAGE = `usage: attractor resume RUN [--run-id ID] [--answer NODE=LABEL]… [--budget NAME=N]… [--json]

Goes on where the run folder says: after the last completed stage, never repeating one. A run that failed enters its
failed node again; of a fan-out only the branches that failed run again, and those that were interrupted go on. RUN is an
id under .attractor/runs, or a run folder.
--budget raises a bound that ended the run, once for each: usd, tokens, minutes, attempts. Nothing that is done runs again.
Exit code: as of attractor run.
`;

export const runResume = command({
  name: "resume",
  usage: USAGE,
  options: {
    "run-id": { type: "string" },
    answer: { type: "string", multiple: true, default: [] as string[] },
    budget: { type: "string", multiple: true, default: [] as string[] },
    json: { type: "boolean", default: false },
  },
  async run({ values, positionals }, terminal) {
    const budget = readBounds(values.budget);
    if (typeof budget === "string") throw new UsageError(`--budget: ${budget}`);
    const root = runNamed(positionals, values["run-id"]);
    // A manifest that cannot be read is the resume's to tell.
    const simulated = await readManifest(root).then(
      (manifest) => manifest.simulated,
      (): string[] => [],
    );
    // Gates that were answered automatically go on so: the run said at its start that they would be.
    const autoApprove = simulated.includes("gates");
    const flags = { root, json: values.json, autoApprove, answers: values.answer };
    return await atTerminal(terminal, flags, (driver) =>
      resumeRun(root, { ...driver, budget, by: "command line" }),
    );
  },
});
