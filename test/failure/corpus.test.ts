import { describe, expect, it } from "vitest";
import { assign, emptyRegistry } from "../../engine/failure/signature.ts";
import { type Labelled, readTool, toolsOf } from "../fixtures/signatures/corpus.ts";

/** A fixed shuffle per number, so that the order of lines decides nothing. */
function shuffled<T>(items: readonly T[], seed: number): T[] {
  const out = [...items];
  let state = seed * 2_654_435_761 + 1;
  for (let i = out.length - 1; i > 0; i--) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    const j = state % (i + 1);
    [out[i], out[j]] = [out[j] as T, out[i] as T];
  }
  return out;
}

interface Score {
  readonly pairs: number;
  readonly merged: number;
  readonly falsely: string[];
}

/** Each tool is one node and class, as it would be in a run. */
function score(tools: readonly string[], order: number): Score {
  let pairs = 0;
  let merged = 0;
  const falsely: string[] = [];
  for (const tool of tools) {
    let registry = emptyRegistry();
    const named: (Labelled & { signature: string })[] = [];
    for (const line of shuffled(readTool(tool), order)) {
      const given = assign(registry, { node: "verify", class: "deterministic", reason: line.text });
      registry = given.registry;
      named.push({ ...line, signature: given.signature });
    }
    for (const [i, a] of named.entries()) {
      for (const b of named.slice(i + 1)) {
        const one = a.signature === b.signature;
        if (a.cause === b.cause) {
          pairs++;
          merged += one ? 1 : 0;
        } else if (one) falsely.push(`${a.cause} and ${b.cause} in order ${order}`);
      }
    }
  }
  return { pairs, merged, falsely };
}

const ORDERS = [0, 1, 2, 3, 4, 5, 6, 7];

describe("signatures on labelled texts", () => {
  it("the corpus is as large as it should be", () => {
    const tools = [...toolsOf("tuning"), ...toolsOf("held-out")];
    expect(tools.length).toBeGreaterThanOrEqual(10);
    expect(tools.flatMap(readTool).length).toBeGreaterThanOrEqual(300);
  });

  for (const [half, floor] of [
    ["tuning", 0.6],
    ["held-out", 0.55],
  ] as const) {
    it(`R-BRK-2: on the ${half} half no two causes are merged in any order, and most that are one are found`, () => {
      const scores = ORDERS.map((order) => score(toolsOf(half), order));
      expect(scores.flatMap((each) => each.falsely)).toEqual([]);
      const worst = Math.min(...scores.map((each) => each.merged / each.pairs));
      console.log(`${half}: ${scores[0]?.pairs} pairs of one cause, recall at worst ${worst.toFixed(3)}`);
      expect(worst).toBeGreaterThanOrEqual(floor);
    });
  }
});
