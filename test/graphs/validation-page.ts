/** docs/validation.md, made of what the runs of `served.test.ts` left: no times, no paths, no numbers that vary. */

export interface Row {
  readonly graph: string;
  readonly models: readonly string[];
  readonly handovers: readonly string[];
  readonly restarts: number;
  readonly end: string;
  readonly seen: readonly string[];
}

const CHECKS = [
  "one end, and every start of an attempt, a branch and a fan-out has its own",
  "the gate for tools is the first that does anything",
  "six edges that restart, each for `transient_infra` only; restarts had that class",
  "commands have 60000 ms, and 600000 ms at most",
  "no join is tried again; one that failed leaves by a condition",
  "no ref without its prefix",
  "every tool call has one result, and arguments that can be read",
  "each stage asked the provider and model that the graph names; Z.ai only for glm-4.7",
  "work was handed over as run.yaml says, never for a turn limit",
  "every CLI was called through its proxy, claude with `--verbose` beside stream-json; no key in any file of the run",
];

const list = (items: readonly string[]): string => (items.length === 0 ? "none" : items.join("; "));

export const validationPage = (rows: readonly Row[]): string => `# Validation

Made by \`test/graphs/served.test.ts\`, which fails when this page is not what it saw. Each graph ran from scratch, by
\`attractor run\` and with its own run.yaml, not simulated. Model servers and CLIs were stand-ins on one machine: only the addresses of
the models were changed. What real models make of the prompts is not shown here.

Checked of each run:

${CHECKS.map((check) => `- ${check}`).join("\n")}

| Graph | End | Models | Handed over | Restarts | Seen |
| --- | --- | --- | --- | --- | --- |
${rows
  .map(
    ({ graph, end, models, handovers, restarts, seen }) =>
      `| ${graph} | ${end} | ${list(models)} | ${list(handovers)} | ${restarts} | ${list(seen)} |`,
  )
  .join("\n")}
`;
