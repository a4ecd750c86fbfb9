/** `attractor resume DIR`: goes on with a run that crashed, waits, failed or was canceled. */
import { resolve } from "node:path";
import { readManifest } from "../engine/local/folder.ts";
import { killRunning } from "../engine/local/kill.ts";
import { resumeRun } from "../engine/local/run.ts";
import { consoleInterviewer } from "../engine/stages/human/console.ts";
import { tell } from "./errors.ts";
import { EXIT } from "./exit-codes.ts";
import { onInterrupt } from "./interrupt.ts";
import type { Terminal } from "./io.ts";
import { onlyOne, options, pairs } from "./options.ts";
import { finish } from "./run.ts";
import { screen } from "./screen/screen.ts";

const USAGE = `usage: attractor resume DIR [--answer NODE=LABEL]… [--json]

Goes on where the run folder says: after the last completed stage, never repeating one. A run that failed enters its
failed node again; of a fan-out only the branches that failed run again.
`;

const KNOWN = {
  answer: { type: "string", multiple: true, default: [] as string[] },
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

export async function runResume(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const { values, positionals } = options(args, KNOWN);
    if (values.help) {
      terminal.out(USAGE);
      return EXIT.success;
    }
    const root = resolve(onlyOne(positionals, "a run folder"));
    const { run_id } = await readManifest(root);
    const interrupt = onInterrupt(terminal.err, () => killRunning(run_id));
    const view = screen(terminal, { json: values.json });
    const person =
      process.stdin.isTTY === true && !values.json
        ? consoleInterviewer({ input: process.stdin, output: process.stderr })
        : null;
    try {
      const answers = new Map<string, string[]>();
      for (const [node, label] of pairs(values.answer, "--answer"))
        answers.set(node, [...(answers.get(node) ?? []), label]);
      const report = await resumeRun(root, {
        by: "command line",
        answers,
        interviewer: person,
        cancel: interrupt.signal,
        watch: view.watch,
        env: process.env,
      });
      view.close();
      return finish(report, terminal, values.json);
    } finally {
      view.close();
      person?.close();
      interrupt.done();
    }
  } catch (error) {
    return tell(terminal, "resume", USAGE, error);
  }
}
