/** The published truth table against real fan-outs: every cell is played through decide and fold. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { named, run } from "../core/world.ts";

const page = readFileSync(new URL("../../docs/reference/join-policies.md", import.meta.url), "utf8");
const rows = page
  .split("\n")
  .filter((line) => line.startsWith("|"))
  .map((line) =>
    line
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim()),
  );
const head = rows.find(([first]) => first === "join") ?? [];
const cells = rows
  .filter((row) => row.length === head.length && row[0]?.startsWith("`"))
  .flatMap(([join = "", error = "", ...outcomes]) =>
    outcomes.map((outcome, i) => ({
      join: join.slice(1, -1),
      error: error.slice(1, -1),
      ends: head[i + 2] ?? "",
      outcome,
    })),
  );

const said = {
  s: "success",
  f: "fail: it broke",
  t: { status: "fail", failure_reason: "late", evidence: { timed_out: true } },
};

function joined({ join, error, ends }: (typeof cells)[number]) {
  const nodes = [...ends]
    .map((_, i) => `b${i} [shape=parallelogram, tool_command="true"]; par -> b${i} -> j;`)
    .join("\n");
  const w = run(
    `digraph g { start [shape=Mdiamond]; exit [shape=Msquare]
      par [shape=component, join_policy="${join}", error_policy="${error}", k=2, quorum_fraction=0.5]; j [shape=tripleoctagon]
      start -> par; ${nodes} j -> exit [condition="outcome!=skipped"] }`,
    { outcomes: Object.fromEntries([...ends].map((end, i) => [`b${i}`, [said[end as keyof typeof said]]])) },
  );
  const [event] = named(w, "fanout_joined");
  const results = w.state.scopes.get("")?.context.get("parallel.results") as { status: string }[];
  return { event, results };
}

describe("the join truth table", () => {
  it("R-FAN-11: covers every join policy with every error policy", () => {
    expect(new Set(cells.map(({ join, error }) => `${join} ${error}`)).size).toBe(12);
    expect(cells).toHaveLength(12 * 9);
  });

  it.each(cells)("R-FAN-11: $join, $error, $ends: $outcome", (cell) => {
    const { event, results } = joined(cell);
    const [status = "", canceled = "0 canceled"] = cell.outcome.split(", ");
    const [, plain, failureClass] = /^(\w+)(?: \((\w+)\))?$/.exec(status) ?? [];
    expect(event?.status).toBe(plain);
    expect(event?.failure_class).toBe(failureClass);
    expect(`${event?.counts.canceled} canceled`).toBe(canceled);
    // Whatever comes of it, the next stage sees every branch, in the order of the graph.
    expect(results).toHaveLength(3);
  });
});
