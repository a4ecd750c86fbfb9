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

/** The texts as the failures of one node and class, in one order. */
function scoreOf(texts: readonly Labelled[], order: number): Score {
  let registry = emptyRegistry();
  const signatures = new Map<Labelled, string>();
  for (const line of shuffled(texts, order)) {
    const given = assign(registry, { node: "verify", class: "deterministic", reason: line.text });
    registry = given.registry;
    signatures.set(line, given.signature);
  }
  let pairs = 0;
  let merged = 0;
  const falsely: string[] = [];
  for (const [i, a] of texts.entries()) {
    for (const b of texts.slice(i + 1)) {
      const one = signatures.get(a) === signatures.get(b);
      if (a.cause === b.cause) {
        pairs++;
        merged += one ? 1 : 0;
      } else if (one) falsely.push(`${a.cause} and ${b.cause} in order ${order}`);
    }
  }
  return { pairs, merged, falsely };
}

/** Each tool is one node and class, as it would be in a run. */
function scoreByTool(tools: readonly string[], order: number): Score {
  const scores = tools.map((tool) => scoreOf(readTool(tool), order));
  return {
    pairs: scores.reduce((sum, { pairs }) => sum + pairs, 0),
    merged: scores.reduce((sum, { merged }) => sum + merged, 0),
    falsely: scores.flatMap(({ falsely }) => falsely),
  };
}

const ORDERS = Array.from({ length: 24 }, (_, i) => i);

describe("signatures on labelled texts", () => {
  it("the corpus is as large as it should be", () => {
    const tools = [...toolsOf("tuning"), ...toolsOf("held-out")];
    expect(tools.length).toBeGreaterThanOrEqual(10);
    expect(tools.flatMap(readTool).length).toBeGreaterThanOrEqual(300);
  });

  // The floors are what was measured in the worst of the orders.
  it.each([
    ["tuning", 0.8],
    ["held-out", 0.57],
    ["grown", 0.68],
  ] as const)(
    "R-BRK-2: on the %s texts no two causes are merged in any order, and %d of those that are one are found",
    (part, floor) => {
      const scores = ORDERS.map((order) => scoreByTool(toolsOf(part), order));
      expect(scores.flatMap(({ falsely }) => falsely)).toEqual([]);
      expect(Math.min(...scores.map(({ merged, pairs }) => merged / pairs))).toBeGreaterThanOrEqual(floor);
    },
  );

  it("R-BRK-2: nor are they when all held-out tools fail at one node", () => {
    const texts = toolsOf("held-out").flatMap(readTool);
    expect(ORDERS.slice(0, 6).flatMap((order) => scoreOf(texts, order).falsely)).toEqual([]);
  });
});
