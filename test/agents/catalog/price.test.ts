import { describe, expect, it } from "vitest";
import { priceAt, priceOf } from "../../../engine/agents/catalog/price.ts";

const M = 1_000_000;
const MODEL = {
  input: 4,
  output: 20,
  cache_read: 0.4,
  cache_write: 5,
  cache_write_1h: 8,
  tiers: [
    { above: 200_000, input: 8, output: 30, cache_read: 0.8, cache_write: 10 },
    { above: 400_000, input: 16, output: 60 },
  ],
};

describe("what a call cost", () => {
  it("R-OBS-1: input, output and both caches each at their rate, reasoning as the output that it is part of", () => {
    const usage = { input_tokens: 1000, output_tokens: 200, reasoning_tokens: 150 };
    expect(priceAt(MODEL, usage)).toBe(0.008);
    const cached = { ...usage, cache_read_tokens: 10_000, cache_write_tokens: 3000 };
    expect(priceAt(MODEL, cached)).toBe(0.027);
    expect(priceAt(MODEL, { ...cached, cache_write_1h_tokens: 1000 })).toBe(0.03);
  });

  it("the whole call pays the tier that its input, cached or not, is above", () => {
    const at = (input_tokens: number, cache_read_tokens = 0) =>
      priceAt(MODEL, { input_tokens, cache_read_tokens, output_tokens: 0 });
    expect(at(200_000)).toBe(0.8);
    expect(at(200_001)).toBe(1.600008);
    expect(at(1, 200_000)).toBe(0.160008);
    expect(at(M)).toBe(16);
  });

  it("a cache that has no rate of its own is billed as input", () => {
    const usage = { input_tokens: 0, output_tokens: 0, cache_read_tokens: M, cache_write_tokens: M };
    expect(priceAt({ input: 3, output: 9 }, usage)).toBe(6);
  });

  it("is exact to the last digit, and adds up", () => {
    const usage = { input_tokens: 3, output_tokens: 1, cache_read_tokens: 7 };
    expect(priceAt({ input: 0.1, output: 0.7, cache_read: 0.01 }, usage)).toBe(0.00000107);
  });

  it("R-OBS-1: what is not known stays null: the model, its price, or the tokens", () => {
    const usage = { input_tokens: 1, output_tokens: 1 };
    expect(priceOf("anthropic", "claude-opus-5-5", usage)).toBe(0.000024);
    expect(priceOf("anthropic", "claude-nobody", usage)).toBeNull();
    expect(priceOf("somebody", "claude-opus-5-5", usage)).toBeNull();
    expect(priceOf("zai", "glm-5", usage)).toBeNull();
    expect(priceOf("anthropic", "claude-opus-5-5", { input_tokens: 1 })).toBeNull();
    expect(priceOf("anthropic", "claude-opus-5-5", {})).toBeNull();
    expect(priceOf("constructor", "toString", usage)).toBeNull();
  });

  it("a provider's own list stands in place of the catalog's", () => {
    const usage = { input_tokens: M, output_tokens: 0 };
    expect(priceOf("ours", "big", usage, { big: { input: 7, output: 1 } })).toBe(7);
    expect(priceOf("anthropic", "claude-opus-5-5", usage, {})).toBeNull();
  });
});
