/** `attractor preflight GRAPH`: what can be known before a run, and costs nothing to know. */

import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { filesIn, thisMachine } from "../engine/agents/preflight/machine.ts";
import { preflight } from "../engine/agents/preflight/preflight.ts";
import { failed, type PreflightCheck, type PreflightReport } from "../engine/agents/preflight/report.ts";
import { asJson } from "../engine/as-json.ts";
import { bindInputs } from "../engine/graph/inputs.ts";
import type { Pipeline } from "../engine/graph/pipeline.ts";
import { writeJsonAtomic } from "../engine/ledger/atomic.ts";
import { readConfig, workdirOf } from "../engine/local/config-file.ts";
import { FILES } from "../engine/local/folder.ts";
import { inputProblems } from "../engine/local/prepare-run.ts";
import { command } from "./command.ts";
import { EXIT } from "./exit-codes.ts";
import { MODEL_OPTIONS, withForcedModels } from "./model-options.ts";
import { onlyOne, pairs } from "./options.ts";
import { readPipeline } from "./read-pipeline.ts";
import { graphPathOf } from "./shipped.ts";

const USAGE = `usage: attractor preflight GRAPH [options]

Checks every model that a run of the graph could ask, those of failover and escalation too: whether its provider is
declared, its key is there, its command is installed and knows what is needed, the model exists, what it costs, and
whether the prompts fit into it; then the inputs, and the scripts of the repository that stages run.
attractor run does the same before it begins.

  --config FILE        configuration, YAML or JSON (default: .github/attractor.yml where there is one)
  --input KEY=VALUE    as for run; what is not given is a warning here
  --workdir DIR        as for run
  --force-model P=M    as for run
  --allow-test-shim    as for run
  --probe              ask each model as well, with the tools and the effort of the agents that ask it, by stream and
                       in one piece: a few cents at most (preflight.prompt_probes.max_usd, 0.25 USD unless set);
                       attractor run does it where the configuration says preflight.prompt_probes.enabled: true
  --logs-root DIR      where preflight_report.json goes (default: nowhere)
  --json               prints the report

Exit code: 0 when a run may begin (warnings allowed), 2 when it would be in vain.
`;

const KNOWN = {
  graph: { type: "string" },
  config: { type: "string" },
  input: { type: "string", multiple: true, default: [] as string[] },
  workdir: { type: "string" },
  "logs-root": { type: "string" },
  ...MODEL_OPTIONS,
  probe: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const;

export const runPreflight = command({
  name: "preflight",
  usage: USAGE,
  options: KNOWN,
  async run({ values, positionals }, terminal) {
    const path = graphPathOf(
      onlyOne(values.graph === undefined ? positionals : [values.graph, ...positionals], "a graph"),
    );
    const here = resolve(values.workdir ?? ".");
    const { config, notes } = readConfig(values.config ?? null, here);
    for (const note of notes) terminal.err(`${note}\n`);
    const graph = readPipeline(path);
    const workdir = workdirOf(values.workdir === undefined ? null : here, config, here);
    const { pipeline, found } = withInputs(
      graph,
      Object.fromEntries(pairs(values.input, "--input")),
      workdir,
    );
    const report = await preflight({
      ...{ pipeline, found, files: filesIn(workdir) },
      config: withForcedModels(config, values["force-model"]),
      machine: thisMachine(process.env),
      allowTestShim: values["allow-test-shim"],
      simulated: false,
      probe: values.probe,
      now: () => new Date(),
    });
    const root = values["logs-root"];
    if (root !== undefined) {
      mkdirSync(root, { recursive: true });
      await writeJsonAtomic(join(root, FILES.preflight), report);
    }
    terminal.out(values.json ? asJson(report) : told(report));
    return report.summary.fail > 0 ? EXIT.invalid : EXIT.success;
  },
});

/** The graph as it would run with these, and what is wrong with them. */
function withInputs(
  graph: Pipeline,
  given: Readonly<Record<string, string>>,
  workdir: string,
): { readonly pipeline: Pipeline; readonly found: PreflightCheck[] } {
  const bound = bindInputs(graph, given);
  if (bound.ok) {
    const problems = inputProblems(graph, bound.inputs, { workdir, env: process.env });
    return { pipeline: bound.pipeline, found: failed("graph_input", problems) };
  }
  const { missing, problems } = bound;
  const others = missing.length === 0 ? problems : problems.slice(1);
  const warned = problems.slice(0, problems.length - others.length);
  const warnings = warned.map(
    (message): PreflightCheck => ({ name: "graph_input", provider: "", status: "warn", message }),
  );
  return { pipeline: graph, found: [...warnings, ...failed("graph_input", others)] };
}

const ORDER = ["fail", "warn", "pass"] as const;

function told({ checks, summary }: PreflightReport): string {
  if (checks.length === 0)
    return "the graph asks no model, runs no script of the repository and has no inputs: nothing to check\n";
  const lines = ORDER.flatMap((status) =>
    checks.filter((check) => check.status === status).map(({ message }) => `${status}  ${message}`),
  );
  return `${lines.join("\n")}\n\n${summary.pass} pass, ${summary.warn} warn, ${summary.fail} fail\n`;
}
