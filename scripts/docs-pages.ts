/** Every page below docs/reference that is made from code, by its path there. */
import { attributesPage } from "./docs-attributes.ts";
import { cliPage } from "./docs-cli.ts";
import { configPage } from "./docs-config.ts";
import { environmentPage } from "./docs-environment.ts";
import { failurePage } from "./docs-failure.ts";
import { findingPages } from "./docs-findings.ts";
import { joinPage } from "./docs-join.ts";
import { lintPages } from "./docs-lint.ts";
import { modelsPage } from "./docs-models.ts";
import { telemetryPage } from "./docs-telemetry.ts";

export function referencePages(): Map<string, string> {
  return new Map([
    ["attributes.md", attributesPage()],
    ["configuration.md", configPage()],
    ["environment.md", environmentPage()],
    ["failure-classes.md", failurePage()],
    ["join-policies.md", joinPage()],
    ["model-parameters.md", modelsPage()],
    ["telemetry.md", telemetryPage()],
    ...[...findingPages()].map(([path, text]) => [`findings/${path}`, text] as const),
    ...[...lintPages()].map(([path, text]) => [`lint/${path}`, text] as const),
  ]);
}

/** Those that are asked for: commands load when they are called. */
export const askedPages = async (): Promise<Map<string, string>> => new Map([["cli.md", await cliPage()]]);
