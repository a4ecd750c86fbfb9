/** `attractor report RUN`: what a run did and why, in the form that is asked for. */

import { writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { accountOf } from "../engine/accounting/account.ts";
import { accountCsv, CSV_SCOPES, type CsvScope } from "../engine/accounting/csv.ts";
import { asJson } from "../engine/as-json.ts";
import { redactor } from "../engine/redact/redact.ts";
import { renderMarkdown } from "../engine/report/markdown.ts";
import { renderTerminal } from "../engine/report/terminal.ts";
import { secretValues } from "../engine/stages/inherit-env.ts";
import { command } from "./command.ts";
import { EXIT } from "./exit-codes.ts";
import { runNamed } from "./find-run.ts";
import type { Terminal } from "./io.ts";
import { UsageError } from "./options.ts";
import { exportRun } from "./runs/export.ts";
import { type WholeRun, wholeRun } from "./runs/whole-run.ts";
import { account } from "./screen/account.ts";

const USAGE = `usage: attractor report RUN [--format terminal|markdown|html|json|csv|otlp] [--per SCOPE] [--out FILE]

Tells what a run did: the cause of a failure in words and what to do now, then path, branches, stages and cost. RUN is a
run folder or an id under .attractor/runs. html is one file that needs nothing else; json keeps
schemas/report.schema.json.

  --format FORMAT  terminal unless told otherwise
  --per SCOPE      with csv: a line per attempt, node, branch, hop, provider or run (default: attempt)
  --send           with otlp: to the collector that the run's configuration names (otlp.endpoint), or to --to URL
  --out FILE       writes there instead of to standard output

Exit code: 0, or 2 when there is no such run.
`;
const FORMATS = ["terminal", "markdown", "html", "json", "csv", "otlp"] as const;
type Format = (typeof FORMATS)[number];

export const runReport = command({
  name: "report",
  usage: USAGE,
  options: {
    "run-id": { type: "string" },
    format: { type: "string", default: "terminal" },
    json: { type: "boolean", default: false },
    per: { type: "string", default: "attempt" },
    out: { type: "string" },
    send: { type: "boolean", default: false },
    to: { type: "string" },
  },
  async run({ values, positionals }, terminal) {
    const format = oneOf(FORMATS, values.json ? "json" : values.format, "format");
    const per = oneOf(CSV_SCOPES, values.per, "scope");
    const run = await wholeRun(runNamed(positionals, values["run-id"]));
    if (values.send || values.to !== undefined) return await send(run, format, values.to, terminal);
    const text = await rendered(run, format, per);
    if (values.out === undefined) terminal.out(text);
    else {
      await writeOut(values.out, text);
      terminal.out(`${values.out}\n`);
    }
    return EXIT.success;
  },
});

async function writeOut(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? `there is no folder ${dirname(path)}` : message;
    throw new UsageError(`--out ${path} cannot be written: ${why}`);
  }
}

function oneOf<T extends string>(known: readonly T[], given: string, what: string): T {
  const found = known.find((each) => each === given);
  if (!found) throw new UsageError(`there is no ${what} ${JSON.stringify(given)}: ${known.join(", ")}`);
  return found;
}

async function rendered({ seen, events, report }: WholeRun, format: Format, per: CsvScope): Promise<string> {
  if (!report) return format === "json" ? asJson(seen.final) : account(seen);
  const redact = redactor(secretValues(process.env));
  switch (format) {
    case "terminal":
      return renderTerminal(report, redact);
    case "markdown":
      return renderMarkdown(report, redact);
    case "json": {
      const { reportJson } = await import("../engine/report/json.ts");
      return asJson(reportJson(report, redact));
    }
    case "html": {
      const { localPage } = await import("./view/local-page.ts");
      return localPage(seen, events, report, redact);
    }
    case "csv":
      return redact(accountCsv(accountOf(events), per));
    case "otlp": {
      const { otlpTraces } = await import("../engine/accounting/otlp.ts");
      return `${redact(JSON.stringify(otlpTraces(accountOf(events), Date.now()), null, 2))}\n`;
    }
  }
}

async function send(
  run: WholeRun,
  format: Format,
  to: string | undefined,
  terminal: Terminal,
): Promise<number> {
  if (format !== "otlp") throw new UsageError("--send and --to go with --format otlp");
  const problem =
    to === undefined ? await exportRun(run.seen.root, run.events) : await sendTo(addressOf(to), run);
  if (problem !== null) {
    terminal.err(`attractor report: traces were not sent: ${problem}\n`);
    return EXIT.failed;
  }
  terminal.out("sent\n");
  return EXIT.success;
}

async function sendTo(endpoint: string, { events }: WholeRun): Promise<string | null> {
  const { exportTraces } = await import("../engine/accounting/export-traces.ts");
  const mask = redactor(secretValues(process.env));
  return exportTraces({ endpoint, headers: {} }, events, process.env, mask, Date.now());
}

function addressOf(text: string): string {
  if (/^https?:$/.test(URL.parse(text)?.protocol ?? "")) return text;
  throw new UsageError(`--to takes an http or https address, not ${JSON.stringify(text)}`);
}
