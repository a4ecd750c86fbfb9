/** What was paid to whom. */
import { PROVIDER_COLUMNS } from "../columns.ts";
import { escapeCell } from "../escape.ts";
import type { ReportModel } from "../model.ts";
import { type Forms, table } from "./shared.ts";

export function providers({ providers: rows }: ReportModel): Forms {
  if (rows.length === 0) return [""];
  const lead = [
    { title: "Model", cell: (row: (typeof rows)[number]) => escapeCell(`${row.provider} ${row.model}`) },
  ];
  return [`**Cost**\n\n${table(lead, PROVIDER_COLUMNS, rows.slice(0, 30), rows)}`, ""];
}
