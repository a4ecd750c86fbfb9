import { expect, it } from "vitest";
import { accountOf } from "../../engine/accounting/account.ts";
import { accountCsv, CSV_SCOPES } from "../../engine/accounting/csv.ts";
import type { EventBody } from "../../engine/core/events.ts";
import { run } from "../core/world.ts";
import { HISTORIES, history } from "../histories/read.ts";

/** RFC 4180, read by other code than wrote it. */
function parsed(csv: string): string[][] {
  return csv
    .trimEnd()
    .split("\r\n")
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
        ([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare ?? "",
      ),
    );
}

it("R-OBS-5: CSV has a line per attempt, node, branch, hop, provider or run, and its sums are those of the final", () => {
  for (const name of HISTORIES) {
    const { log, final } = history(name);
    const account = accountOf(log);
    for (const scope of CSV_SCOPES) {
      const [head, ...lines] = parsed(accountCsv(account, scope));
      expect(new Set(lines.map((line) => line.length)).size).toBeLessThanOrEqual(1);
      if (lines.length > 0) expect(lines[0]).toHaveLength(head!.length);
    }
    const [head, ...attempts] = parsed(accountCsv(account, "attempt"));
    const column = (title: string): number[] => attempts.map((line) => Number(line[head!.indexOf(title)]));
    const sum = ["input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens"]
      .flatMap(column)
      .reduce((a, b) => a + b, 0);
    expect(sum, name).toBe(final.totals.tokens);
    const [names, line] = parsed(accountCsv(account, "run")) as [string[], string[]];
    expect(line[names.indexOf("status")]).toBe(final.status);
    expect(Number(line[names.indexOf("attempts")])).toBe(final.totals.attempts);
  }
});

it("quotes what CSV would read as its own, and no name becomes a formula", () => {
  const w = run(`digraph g { start [shape=Mdiamond]; exit [shape=Msquare]; start -> exit }`);
  const started = w.log[0] as Extract<EventBody, { event: "run_started" }> & (typeof w.log)[number];
  const log = [
    { ...started, graph: { name: "g", digest: "d", path: '=HYPERLINK("x"),\n2' } },
    ...w.log.slice(1),
  ];
  const csv = accountCsv(accountOf(log), "run");
  expect(csv).toContain(`,"'=HYPERLINK(""x""),\n2",`);
});
