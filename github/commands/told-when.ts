/** When words for an agent reach it, as the run stands. */
import { atWork } from "../../engine/agents/at-work.ts";
import { inlineCode } from "../../engine/report/escape.ts";
import type { FoundRun } from "./find.ts";

export function toldWhen({ state, events }: Pick<FoundRun, "state" | "events">, node: string): string {
  if (state.hop?.status !== "claimed") return "is told when it runs next";
  const now = atWork(state, events, node);
  if (now?.hears) return "runs now and is told at its next turn; if it has none, when it runs next";
  if (now?.hears === false)
    return `runs now, and ${inlineCode(now.backend ?? "")} hears nothing while it works: its next attempt is told`;
  // What goes on in a branch only its own job knows.
  const inBranch = [...state.scopes.values()].some(({ cursor }) => cursor.phase === "fanned");
  return now || inBranch
    ? "is told at its next turn if it runs now, else when it runs next"
    : "is told when it runs next";
}
