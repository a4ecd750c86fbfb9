/** Inputs that nobody means: an error or a bounded list, in time that grows no faster than they do. */
import { describe, expect, it } from "vitest";
import { loadConfig } from "../../engine/config/load.ts";
import { prepare } from "../../engine/graph/prepare.ts";

const graph = (edges: string) =>
  `digraph g { s [shape=Mdiamond]; e [shape=Msquare]; a [prompt=x]; s -> a; ${edges} a -> e }`;
const clauses = (count: number) =>
  graph(`a -> e [condition="${Array.from({ length: count }, () => "outcome=sucess").join(" && ")}"];`);

/** The fastest of three, so that a busy machine does not decide. */
function cpu(work: () => unknown): number {
  const times = [1, 2, 3].map(() => {
    const begin = process.cpuUsage();
    work();
    return process.cpuUsage(begin).user;
  });
  return Math.max(Math.min(...times), 1000);
}

describe("graphs and configurations beyond reason", () => {
  it("R-SEC-6: what is listed of one rule is bounded, and says so", () => {
    const found = prepare(graph("a -> e;".repeat(5_000))).diagnostics.filter(
      ({ rule }) => rule === "duplicate_edge",
    );
    expect(found).toHaveLength(501);
    expect(found.at(-1)?.message).toContain("more than 500");
  });

  it("R-SEC-6: 300,000 edges are refused before a tree is made of them", () => {
    const { graph: read, diagnostics } = prepare(graph("a -> e;".repeat(300_000)));
    expect(read).toBeNull();
    expect(diagnostics.map(({ rule, message }) => [rule, message])).toEqual([
      ["dot_limit", "more than 250000 edges"],
    ]);
  });

  it("R-SEC-6: a text of fifty megabytes is refused by its length", () => {
    const { diagnostics } = prepare("x<'".repeat(17_000_000));
    expect(diagnostics).toMatchObject([
      { rule: "dot_limit", message: expect.stringContaining("51000000 characters") },
    ]);
  });

  it("R-SEC-6: the places of many findings in one value are found in one pass", () => {
    const few = clauses(400);
    const many = clauses(12_800);
    expect(prepare(many).diagnostics.filter(({ rule }) => rule === "custom_outcome_near_miss")).toHaveLength(
      501,
    );
    expect(cpu(() => prepare(many)) / cpu(() => prepare(few))).toBeLessThan(32 * 6);
  });

  it("R-SEC-6: unknown keys of a configuration are bounded, and each costs little", () => {
    const config = (count: number) =>
      Array.from({ length: count }, (_, index) => `key${index}: 1`).join("\n");
    const loaded = loadConfig(config(10_000), "x.yml");
    expect(loaded.ok ? [] : loaded.problems).toHaveLength(101);
    expect(loaded.ok ? "" : loaded.problems.at(-1)?.message).toBe("and 9900 more unknown keys");
    expect(loadConfig(`a: ${"x".repeat(2_000_000)}`, "x.yml")).toMatchObject({
      ok: false,
      problems: [{ message: expect.stringContaining("at most 1000000") }],
    });
  });
});
