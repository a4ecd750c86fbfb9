/** The run's own start, stops and end. */
import type { RunFacts } from "./facts.ts";
import { again, type Mark, markOnce } from "./mark.ts";
import { number, object, type RawJson, textOfField } from "./read.ts";

const MOST_STOPS = 100;
const MOST_WARNINGS = 500;

export function runStarted(facts: RunFacts, line: RawJson, mark: Mark): void {
  facts.started = mark;
  facts.money.budgetUsd = number(object(line, "budget"), "usd");
}

export function runResumed(facts: RunFacts): void {
  facts.ended = null;
  facts.lost = null;
}

export function runEnded(facts: RunFacts, line: RawJson, mark: Mark): void {
  const told = textOfField(line, "status");
  const event = textOfField(line, "event");
  const status =
    event === "run_completed"
      ? "success"
      : event === "run_canceled" || told === "canceled"
        ? "canceled"
        : "fail";
  facts.ended = {
    status,
    reason: textOfField(line, "failure_reason") || textOfField(line, "reason"),
    class: textOfField(line, "failure_class"),
    node: textOfField(line, "failed_node"),
    mark,
  };
}

const stop = (
  line: RawJson,
  mark: Mark,
  reason: string,
  numbers: Readonly<Record<string, number | null>>,
) => ({
  node: textOfField(line, "node_id"),
  branch: textOfField(line, "branch_key"),
  reason,
  mark,
  numbers: Object.fromEntries(
    Object.entries(numbers).filter((entry): entry is [string, number] => entry[1] !== null),
  ),
});

export function seeStalled(facts: RunFacts, line: RawJson, mark: Mark): void {
  if (facts.stalls.length >= MOST_STOPS) return;
  const [idle_ms, stall_timeout_ms] = [number(line, "idle_ms"), number(line, "stall_timeout_ms")];
  facts.stalls.push(stop(line, mark, "", { idle_ms, stall_timeout_ms }));
}

export function seeBudgetExceeded(facts: RunFacts, line: RawJson, mark: Mark): void {
  if (facts.budgets.length >= MOST_STOPS) return;
  const [limit, spent] = [number(line, "limit"), number(line, "spent")];
  facts.budgets.push(stop(line, mark, textOfField(line, "explanation"), { limit, spent }));
}

export function runAborted(facts: RunFacts, line: RawJson, mark: Mark): void {
  facts.lost = stop(line, mark, textOfField(line, "reason"), {});
}

/** Numbers and names differ from one saying to the next. */
export function warning(facts: RunFacts, line: RawJson, mark: Mark): void {
  const said = textOfField(line, "message")
    .slice(0, 300)
    .replace(/[0-9a-f]{7,}|\d+/g, "#");
  const key = said === "" ? textOfField(line, "code") : said;
  const known = facts.warnings.get(key);
  if (known) again(known, mark);
  else if (facts.warnings.size < MOST_WARNINGS) facts.warnings.set(key, markOnce(mark));
}
