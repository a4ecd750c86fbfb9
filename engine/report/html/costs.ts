/** What the run cost: by provider and model, and by stage. Unknown is said, never shown as nothing. */
import { costsSomething, costText, HOP_COLUMNS, PROVIDER_COLUMNS } from "../columns.ts";
import type { ReportModel, StageRow } from "../model.ts";
import { html, type Markup } from "./markup.ts";
import { htmlTable } from "./tables.ts";

const MOST_STAGES = 12;

export function costs(report: ReportModel): Markup | null {
  const { providers } = report;
  if (providers.length === 0) return null;
  return html`<section class="card" id="s-costs"><h2>Cost</h2>${htmlTable(
    [
      { title: "Provider", cell: (row) => row.provider },
      { title: "Model", cell: (row) => row.model },
    ],
    PROVIDER_COLUMNS,
    providers,
  )}${byStage(report)}</section>`;
}

interface StageCost {
  readonly label: string;
  readonly usd: number;
  readonly complete: boolean;
}

function byStage({ stages }: ReportModel): Markup | null {
  const rows = [...Map.groupBy(stages, (row) => row.id).values()].map(together).filter(({ usd }) => usd > 0);
  if (rows.length < 2) return null;
  const largest = Math.max(...rows.map(({ usd }) => usd));
  return html`<h3>By stage</h3><table class="shares"><tbody>${rows
    .toSorted((a, b) => b.usd - a.usd)
    .slice(0, MOST_STAGES)
    .map(
      ({ label, usd, complete }) =>
        html`<tr><th scope="row">${label}</th><td><svg class="bars" viewBox="0 0 1000 16" preserveAspectRatio="none" aria-hidden="true"><rect class="share" x="0" y="2" width="${Math.max(4, (usd / largest) * 1000).toFixed(0)}" height="12" rx="2"></rect></svg></td><td class="n">${costText(
          { costUsd: usd, costComplete: complete },
        )}</td></tr>`,
    )}</tbody></table>`;
}

const together = (rows: readonly StageRow[]): StageCost => ({
  label: rows[0]?.label ?? "",
  usd: rows.reduce((sum, row) => sum + (row.costUsd ?? 0), 0),
  complete: !rows.some((row) => costsSomething(row) && !row.costComplete),
});

export function hopTable({ ledger }: ReportModel): Markup | null {
  const rows = ledger?.hops ?? [];
  if (rows.length === 0) return null;
  return html`<section class="card" id="s-hops"><h2>Hops</h2>${htmlTable(
    [{ title: "Hop", cell: (row) => row.hop }],
    HOP_COLUMNS,
    rows,
    [{ title: "Ended", cell: (row) => row.outcome ?? "" }],
  )}</section>`;
}
