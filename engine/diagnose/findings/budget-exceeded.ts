import { whereOf } from "../facts/mark.ts";
import type { FindingKind } from "./kind.ts";
import { goOn } from "./words.ts";

export const budgetExceeded: FindingKind = {
  code: "BUDGET_EXCEEDED",
  title: "A budget ran out",
  explain:
    "The run reached its budget of money, tokens, minutes or attempts, or a cost could not be measured and the budget says block. Nothing that is done runs again after a resume.",
  fix: "Raise `budget` in the configuration and resume, or use a cheaper model for the stages that cost most.",
  look: (facts) =>
    facts.budgets.map(({ node, branch, reason, mark, numbers }) => ({
      severity: facts.ended?.status === "success" ? "warning" : "error",
      title: "a budget ran out",
      evidence: reason || facts.ended?.reason || "budget_exceeded",
      advice: `raise the budget; ${goOn(facts)}`,
      where: [whereOf(mark, { ...(node === "" ? {} : { node }), ...(branch === "" ? {} : { branch }) })],
      numbers,
    })),
};
