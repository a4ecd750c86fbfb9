/** `attractor draft "…"`: a graph from words, by a configured model; checked, repaired, drawn, and then written (R-RUN-6). */

import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { declaration } from "../engine/agents/preflight/declare.ts";
import { thisMachine } from "../engine/agents/preflight/machine.ts";
import { preflight } from "../engine/agents/preflight/preflight.ts";
import { PreflightError } from "../engine/agents/preflight/report.ts";
import { asJson } from "../engine/as-json.ts";
import { readConfig } from "../engine/local/config-file.ts";
import { pictureOf } from "../engine/report/picture.ts";
import { renderSvg } from "../engine/report/svg.ts";
import { type Arguments, command } from "./command.ts";
import { agreed, canAsk } from "./confirm.ts";
import { diagnosticsText } from "./diagnostics-text.ts";
import { askingPipeline } from "./draft/answer.ts";
import { outline } from "./draft/outline.ts";
import { repositoryFacts } from "./draft/repository.ts";
import { type Drafted, draftInRounds } from "./draft/rounds.ts";
import { EXIT } from "./exit-codes.ts";
import { onInterrupt } from "./interrupt.ts";
import type { Terminal } from "./io.ts";
import { MODEL_OPTIONS, withForcedModels } from "./model-options.ts";
import { onlyOne, UsageError } from "./options.ts";

const USAGE = `usage: attractor draft "WHAT THE GRAPH SHALL DO" [options]

Asks a configured model for a graph, checks it, and has it corrected until lint has nothing against it. Then it is drawn, and
written where you agree. - reads the words from standard input.

  --to FILE            where it goes (default: graphs/NAME/NAME.dot)
  --yes                writes it without asking
  --rounds N           how often the model is asked at most (default: 4)
  --provider P         which of the declared providers; needed where there are several
  --config FILE        configuration, YAML or JSON (default: .github/attractor.yml where there is one)
  --force-model P=M    as for run
  --json               prints graph, findings and rounds, and writes nothing

Without a terminal and without --yes the graph goes to standard output.
Exit code: 0 the graph is clean, 1 it is not or no model answered, 2 invalid input, 3 canceled.
`;

const KNOWN = {
  to: { type: "string" },
  yes: { type: "boolean", default: false },
  rounds: { type: "string", default: "4" },
  provider: { type: "string" },
  config: { type: "string" },
  ...MODEL_OPTIONS,
  json: { type: "boolean", default: false },
} as const;

export const runDraft = command({
  name: "draft",
  usage: USAGE,
  options: KNOWN,
  run: ({ values, positionals }, terminal) => draft(values, positionals, terminal),
});

async function draft(
  values: Arguments<typeof KNOWN>["values"],
  positionals: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "attractor-draft-"));
  const interrupt = onInterrupt(
    () => terminal.err("ending; nothing was written\n"),
    () => rmSync(folder, { recursive: true, force: true }),
  );
  try {
    const given = onlyOne(positionals, "the task, in quotes");
    const brief = (given === "-" ? await terminal.stdin() : given).trim();
    if (brief === "") throw new UsageError("say what the graph shall do");
    const rounds = Number(values.rounds);
    if (!Number.isInteger(rounds) || rounds < 1 || rounds > 20)
      throw new UsageError("--rounds takes a number from 1 to 20");
    const read = readConfig(values.config ?? null, resolve("."));
    for (const note of read.notes) terminal.err(`${note}\n`);
    const config = withForcedModels(read.config, values["force-model"]);
    const provider = values.provider ?? null;
    await refuseWithoutModel(config, provider, values["allow-test-shim"]);
    const drafted = await draftInRounds({
      ...{ folder, config, provider, brief, rounds },
      env: { ...process.env },
      signal: interrupt.signal,
      repository: repositoryFacts(resolve(".")),
      report: (round, findings) =>
        terminal.err(`round ${round}: ${findings === "" ? "nothing to complain about" : `\n${findings}`}\n`),
    });
    return await hand(drafted, { to: values.to ?? null, yes: values.yes, json: values.json }, terminal);
  } catch (error) {
    if (interrupt.signal.aborted) return EXIT.canceled;
    throw error;
  } finally {
    interrupt.done();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function refuseWithoutModel(
  config: ReturnType<typeof withForcedModels>,
  provider: string | null,
  allowTestShim: boolean,
): Promise<void> {
  if (Object.keys(config.llm.providers).length === 0)
    throw new UsageError(
      `a model writes the graph, and the config declares none under llm.providers: ${declaration("anthropic")}; attractor new begins without one`,
    );
  const report = await preflight({
    ...{ config, allowTestShim, simulated: false },
    pipeline: askingPipeline(provider),
    machine: thisMachine(process.env),
    now: () => new Date(),
  });
  if (report.summary.fail > 0) throw new PreflightError(report);
}

interface Wanted {
  readonly to: string | null;
  readonly yes: boolean;
  readonly json: boolean;
}

async function hand(drafted: Drafted, { to, yes, json }: Wanted, terminal: Terminal): Promise<number> {
  const { source, problems, prepared, rounds } = drafted;
  if (json) {
    terminal.out(asJson({ graph: source, diagnostics: problems, rounds }));
    return problems.length === 0 ? EXIT.success : EXIT.failed;
  }
  const { pipeline, graph } = prepared;
  if (problems.length > 0 || pipeline === null || graph === null) {
    terminal.out(source);
    terminal.err(diagnosticsText([{ file: "draft", source, diagnostics: problems }], false));
    terminal.err(
      `attractor draft: not clean after ${rounds} rounds, so nothing was written; --rounds asks more often\n`,
    );
    return EXIT.failed;
  }
  const name =
    pipeline.name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-|-$/g, "") || "draft";
  const path = to ?? join("graphs", name, `${name}.dot`);
  terminal.err(`\n${outline(pipeline)}\n`);
  if (!yes && !canAsk(terminal)) {
    terminal.out(source);
    return EXIT.success;
  }
  if (existsSync(path))
    throw new UsageError(`${path} exists, so nothing was written; name another file with --to`);
  if (!yes && !(await agreed(`Write ${path}? [Y/n] `))) return EXIT.success;
  mkdirSync(dirname(resolve(path)), { recursive: true });
  writeFileSync(path, source, { flag: "wx" });
  const picture = `${path.replace(/\.dot$/, "")}.svg`;
  writeFileSync(picture, await renderSvg(pictureOf(pipeline, graph.subgraphs), null));
  terminal.out(`${path}\n${picture}\n\nnext: attractor run ${path} --simulate --simulate-tools\n`);
  return EXIT.success;
}
