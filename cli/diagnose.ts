/** `attractor diagnose RUN`: why a run failed, what was wrong on the way, and what to do; from its files alone. */
import { asJson } from "../engine/as-json.ts";
import { diagnose } from "../engine/diagnose/diagnosis.ts";
import { readRun } from "../engine/diagnose/folder/read-run.ts";
import { redactDeep, redactor } from "../engine/redact/redact.ts";
import { command } from "./command.ts";
import { EXIT } from "./exit-codes.ts";
import { runNamed } from "./find-run.ts";
import { diagnosisText } from "./screen/diagnosis-text.ts";

const USAGE = `usage: attractor diagnose RUN|LOG [--run-id ID] [--json]

Reads a run folder, a log alone, or a run under .attractor/runs, and changes nothing: why the run failed, what was wrong
on the way, with file and line, and what to do. Run folders of Kilroy are read too. --json has the same for programs, by
schemas/diagnosis.schema.json, with the numbers of each node.
Exit code: 0 nothing but notes, 1 the run failed or something is wrong, 2 no such run.
`;

export const runDiagnose = command({
  name: "diagnose",
  usage: USAGE,
  options: {
    "run-id": { type: "string" },
    json: { type: "boolean", default: false },
  },
  async run({ values, positionals }, terminal) {
    const facts = await readRun(runNamed(positionals, values["run-id"]), Date.now());
    const said = redactDeep(diagnose(facts), redactor([]));
    terminal.out(
      values.json
        ? asJson(said)
        : diagnosisText(said, { color: terminal.color, columns: terminal.size?.().columns ?? 100 }),
    );
    const wrong = said.findings.some(({ severity }) => severity !== "info");
    return wrong || said.status === "fail" ? EXIT.failed : EXIT.success;
  },
});
