/** The page of the names in exported traces, from the table that the export is made by. */
import { OTLP } from "../engine/accounting/otlp-names.ts";

export const telemetryPage = (): string =>
  `# Traces

<!-- Made from engine/accounting/otlp-names.ts by \`npm run docs\`. -->

With \`otlp.endpoint\` in the configuration the spans of a run go to that OpenTelemetry collector when the run is over, as
OTLP's JSON over HTTP. Nothing is sent without it. \`attractor report RUN --format otlp\` prints what would be sent, and with
\`--send\` or \`--to URL\` sends it. A collector that is away or refuses is a warning, never the run's failure.

A trace is a run: its span, below it those of branches, attempts and waiting. A manager's child stands in its parent's trace
and its spending is on its parent's attempt. Ids are made from the run's own names, so that sending it twice gives the same
spans. Prompts and answers are not sent; names of stages and the first 1,000 characters of failure reasons are, masked.

| name | on | type | meaning |
|---|---|---|---|
${Object.values(OTLP)
  .map(({ name, on, type, meaning }) => `| \`${name}\` | ${on} | ${type} | ${meaning} |`)
  .join("\n")}
`;
