import { BRANCH_COLUMNS } from "../columns.ts";
import { branchCounts } from "../facts.ts";
import type { ReportModel } from "../model.ts";
import { reasonInWords } from "../story-of.ts";
import { html, type Markup } from "./markup.ts";
import { htmlTable, mark } from "./tables.ts";

/** The branches, each with its cause in words; as it was recorded it is folded under them. */
export function branchTable({ branches }: ReportModel): Markup | null {
  if (branches.length === 0) return null;
  const failed = branches.some((row) => row.cause !== null);
  return html`<section class="card" id="s-branches"><h2>Branches <span class="muted">${branchCounts(branches)}</span></h2>${htmlTable(
    [
      { title: "State", cell: (row) => mark(row.state) },
      {
        title: "Branch",
        cell: (row) => html`${row.label} <span class="muted"><code>${row.key}</code></span>`,
      },
    ],
    BRANCH_COLUMNS,
    branches,
    failed
      ? [
          {
            title: "Cause",
            cell: ({ cause }) =>
              cause === null
                ? null
                : html`<details><summary>${reasonInWords(cause.reason).words}</summary><p class="muted"><code>${cause.node_id}</code> <span class="tag">${cause.class}</span></p><pre class="reason">${cause.reason}</pre></details>`,
          },
        ]
      : [],
  )}</section>`;
}
