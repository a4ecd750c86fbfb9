/** `attractor answer RUN GATE LABEL`: answers a human gate from another terminal. */
import { userInfo } from "node:os";
import { asJson } from "../engine/as-json.ts";
import { answerRun } from "../engine/local/answer.ts";
import { quoted } from "../engine/report/quoted.ts";
import { command } from "./command.ts";
import { EXIT } from "./exit-codes.ts";
import { findRun, withRunId } from "./find-run.ts";
import { UsageError } from "./options.ts";

const USAGE = `usage: attractor answer RUN GATE LABEL [--json]
       attractor answer RUN GATE=LABEL

Gives a waiting gate its answer: one of its labels, its key, or the node it leads to. GATE is the gate's id, or its node
when only one visit waits. RUN is an id under .attractor/runs, or a run folder. A run that is driven goes on at once; one
that waits goes on with attractor resume.
Exit code: 0 when the answer is recorded, 2 when there is no such gate or choice.
`;

export const runAnswer = command({
  name: "answer",
  usage: USAGE,
  options: {
    "run-id": { type: "string" },
    json: { type: "boolean", default: false },
  },
  async run({ values, positionals }, terminal) {
    const [dir, ...said] = withRunId(positionals, values["run-id"]);
    const [gate, label, ...more] = said.length === 1 ? divided(said[0]!) : said;
    if (dir === undefined || gate === undefined || label === undefined || more.length > 0) {
      throw new UsageError("name the run, the gate and the answer: attractor answer RUN GATE LABEL");
    }
    const root = findRun(dir, process.cwd());
    const answered = await answerRun(root, gate, label, userInfo().username);
    const next = answered.running ? null : `attractor resume ${quoted(root)}`;
    terminal.out(
      values.json
        ? asJson({ ...answered, next })
        : `${answered.gate}: ${answered.label}\n${next === null ? "" : `\nnext: ${next}\n`}`,
    );
    return EXIT.success;
  },
});

/** `GATE=LABEL` as its two words, as `--answer` of other commands is written. */
function divided(pair: string): string[] {
  const at = pair.indexOf("=");
  return at < 1 ? [pair] : [pair.slice(0, at), pair.slice(at + 1)];
}
