/** The hops of a run on GitHub: waiting for a runner apart from work. */
import { HOP_COLUMNS } from "../columns.ts";
import { details, escapeCell } from "../escape.ts";
import type { ReportModel } from "../model.ts";
import { plural } from "../units.ts";
import { type Forms, table } from "./shared.ts";

export function hops({ ledger }: ReportModel): Forms {
  const rows = ledger?.hops ?? [];
  if (rows.length === 0) return [""];
  const lead = [{ title: "Hop", cell: (row: (typeof rows)[number]) => `${row.hop}` }];
  const tail = [{ title: "Ended", cell: (row: (typeof rows)[number]) => escapeCell(row.outcome ?? "") }];
  return [details(plural(rows.length, "hop"), table(lead, HOP_COLUMNS, rows.slice(0, 200), rows, tail)), ""];
}
