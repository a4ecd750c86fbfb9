/** `attractor plan GRAPH`: what a run would do and cost, before anything is paid. */

import { resolve } from "node:path";
import { thisMachine } from "../engine/agents/preflight/machine.ts";
import { preflight } from "../engine/agents/preflight/preflight.ts";
import { asJson } from "../engine/as-json.ts";
import type { Pipeline } from "../engine/graph/pipeline.ts";
import { readConfig } from "../engine/local/config-file.ts";
import { pathSpace, planMarkdown } from "../engine/plan/markdown.ts";
import { planOf } from "../engine/plan/plan.ts";
import { planText } from "../engine/plan/text.ts";
import { renderSvg } from "../engine/report/svg.ts";
import { command } from "./command.ts";
import { EXIT } from "./exit-codes.ts";
import { MODEL_OPTIONS, withForcedModels } from "./model-options.ts";
import { onlyOne, pairs, UsageError } from "./options.ts";
import { readPipeline } from "./read-pipeline.ts";
import { graphPathOf } from "./shipped.ts";

const USAGE = `usage: attractor plan GRAPH [options]

What a run of the graph would do, for nothing: its stages and models, how often each may be visited, likely and most
tokens and cost and what that rests on, questions, secrets, what a lost runner would lose, what is not confined, and
what nobody bounds.

  --github           its jobs, billed minutes and permissions on GitHub too
  --config FILE      configuration, YAML or JSON (default: .github/attractor.yml where there is one)
  --input KEY=VALUE  as for run
  --items KEY=N      how many items the list has that a fan-out reads from that context key
  --force-model P=M  as for run
  --allow-test-shim  as for run
  --markdown         with the path space as a Mermaid picture
  --svg              the picture alone
  --json             everything, GitHub too

Exit code: 0, or 2 when the graph or the configuration cannot be read. What would keep a run from beginning is told.
`;

const KNOWN = {
  graph: { type: "string" },
  config: { type: "string" },
  input: { type: "string", multiple: true, default: [] as string[] },
  items: { type: "string", multiple: true, default: [] as string[] },
  ...MODEL_OPTIONS,
  github: { type: "boolean", default: false },
  markdown: { type: "boolean", default: false },
  svg: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const;

export const runPlan = command({
  name: "plan",
  usage: USAGE,
  options: KNOWN,
  async run({ values, positionals }, terminal) {
    const paths = values.graph === undefined ? positionals : [values.graph, ...positionals];
    const pipeline = readPipeline(graphPathOf(onlyOne(paths, "a graph")));
    const { config: read, notes } = readConfig(values.config ?? null, resolve("."));
    for (const note of notes) terminal.err(`${note}\n`);
    const config = withForcedModels(read, values["force-model"]);
    const given = Object.fromEntries(pairs(values.input, "--input"));
    const report = await preflight({
      ...{ pipeline, config, machine: thisMachine(process.env), now: () => new Date() },
      ...{ allowTestShim: values["allow-test-shim"], simulated: false },
    });
    const inputs = { ...usual(pipeline), ...given };
    const plan = planOf({ pipeline, config, inputs, items: counts(values.items), preflight: report });
    if (values.json) terminal.out(asJson(plan));
    else if (values.svg) terminal.out(await renderSvg(pathSpace(plan, pipeline), null));
    else if (values.markdown) terminal.out(planMarkdown(plan, pipeline, values.github));
    else terminal.out(planText(plan, values.github));
    return EXIT.success;
  },
});

/** The defaults of the inputs; a plan needs no others. */
const usual = ({ inputSpecs }: Pipeline): Record<string, string> =>
  Object.fromEntries(inputSpecs.flatMap(({ key, default: value }) => (value === null ? [] : [[key, value]])));

function counts(given: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    pairs(given, "--items", "KEY=N").map(([key, text]) => {
      const count = Number(text);
      if (!Number.isSafeInteger(count) || count < 1 || count > 10_000)
        throw new UsageError(
          `--items takes KEY=N with N from 1 to 10000, not ${JSON.stringify(`${key}=${text}`)}`,
        );
      return [key, count];
    }),
  );
}
