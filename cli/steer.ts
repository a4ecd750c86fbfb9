/** `attractor steer RUN NODE "…"`: says something to an agent while it works. */
import { userInfo } from "node:os";
import { steerRun } from "../engine/local/steer.ts";
import { command } from "./command.ts";
import { EXIT } from "./exit-codes.ts";
import { findRun, withRunId } from "./find-run.ts";
import { UsageError } from "./options.ts";

const USAGE = `usage: attractor steer RUN NODE TEXT [--json]

Hands the text to the agent of a node between two of its turns, once. A node that is not running gets it at its next
attempt. An agent of another backend than api hears nothing while it works: it finds the text in its next prompt.
Exit code: 0 when the text is left for the agent, 2 when there is no such run or agent, or the run has ended.
`;

export const runSteer = command({
  name: "steer",
  usage: USAGE,
  options: {
    "run-id": { type: "string" },
    json: { type: "boolean", default: false },
  },
  async run({ values, positionals }, terminal) {
    const [run, node, text, ...more] = withRunId(positionals, values["run-id"]);
    if (run === undefined || node === undefined || !text || more.length > 0)
      throw new UsageError("name the run, the node and, in quotes, what to say");
    const steered = await steerRun(findRun(run, process.cwd()), node, text, userInfo().username);
    const when = steered.running ? "between two of its turns" : "when it runs next";
    terminal.out(values.json ? `${JSON.stringify(steered)}\n` : `${node} is told ${when}\n`);
    return EXIT.success;
  },
});
