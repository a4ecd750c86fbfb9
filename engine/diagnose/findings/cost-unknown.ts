import { plural } from "../../report/units.ts";
import type { FindingKind } from "./kind.ts";
import { dollars, some, usd8 } from "./words.ts";

export const costUnknown: FindingKind = {
  code: "COST_UNKNOWN",
  title: "What the run cost is not known in full",
  explain:
    "Some calls of models have no price: the provider tells none, or the model is not in the catalog. What is known is a lower bound. A note, and a warning where the run has a budget in dollars.",
  fix: "`attractor models` lists known prices. With `budget.on_unknown: block` a run stops where its cost can no longer be told.",
  look: ({ money, dialect, sessions }) => {
    const silent =
      dialect === "kilroy"
        ? sessions.filter(
            ({ node, branch }) => !money.parts.some((one) => one.node === node && one.branch === branch),
          )
        : [];
    const names = [...new Set([...money.unpriced, ...silent.map(({ node }) => node)])];
    if (names.length === 0) return [];
    const unknown = money.unknown + silent.length;
    const parts = money.parts.map(({ node, usd }) => `${node} ${dollars(usd)}`);
    return [
      {
        severity: money.budgetUsd === null ? "info" : "warning",
        title:
          money.known > 0
            ? `${dollars(money.known)} are known, and that is not all`
            : "nobody can say what the run cost",
        evidence: `${plural(unknown, "call or stage", "calls or stages")} without a price: ${some(names)}${parts.length === 0 ? "" : `; known: ${some(parts)}`}`,
        advice:
          "`attractor models` shows which prices are known; budget.on_unknown says what to do without one",
        where: silent.slice(0, 20).map(({ file, node, branch }) => ({ file, node, branch })),
        numbers: { known_usd: usd8(money.known), unknown },
      },
    ];
  },
};
