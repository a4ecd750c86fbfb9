import { describe, expect, it } from "vitest";
import { tokensOf } from "../../../engine/core/usage.ts";
import { trial } from "./attempt.ts";
import { PROTOCOLS } from "./wire/script.ts";
import { status } from "./wire/server.ts";

const SHELL = { calls: [["shell", { command: "echo one >> done.txt" }]] as const };
/** A dollar for each token that a model says, nothing for what it reads. */
const price = (_provider: string, _model: string, { output_tokens = 0 }) => output_tokens;

describe.each(PROTOCOLS)("R-OBS-3: money of a stage, %s", (protocol) => {
  it("a call that could cost more than is left is not made, and what was done by then stays", async () => {
    // A call may cost 100 and costs 77: the second fits, the third does not.
    const { reply, received } = await trial([SHELL, SHELL, SHELL], {
      ...{ protocol, deps: { price }, settings: { maxTokens: 100 } },
      request: { spendableUsd: 180 },
    });
    expect(received).toHaveLength(2);
    expect(reply.evidence).toEqual({ error_code: "budget_exceeded" });
    expect(reply.problem).toBe("this call could cost 100.0000 USD and the stage may spend 26.0000 USD more");
    expect(reply.usage!.map(({ cost_usd }) => cost_usd)).toEqual([77, 77]);
    expect(reply.session).toBeDefined();
  });

  it("so it is with tokens", async () => {
    const { reply, received } = await trial([SHELL], {
      ...{ protocol, deps: { price }, settings: { maxTokens: 100 } },
      request: { spendableTokens: 9000 },
    });
    const used = reply.usage!.reduce((sum, line) => sum + tokensOf(line), 0);
    expect(received.length).toBeGreaterThan(0);
    expect(used).toBeLessThanOrEqual(9000);
    expect(reply.evidence).toEqual({ error_code: "budget_exceeded" });
    const [, worst, left] =
      /could take (\d+) tokens and the stage may spend (\d+) more/.exec(reply.problem ?? "") ?? [];
    expect([Number(left), Number(worst) > Number(left)]).toEqual([9000 - used, true]);
  });

  it("one that fits to the cent is made, and so is every call without a bound", async () => {
    for (const spendableUsd of [100, null]) {
      const { reply } = await trial([{ text: "done" }], {
        ...{ protocol, deps: { price }, settings: { maxTokens: 100 } },
        request: { spendableUsd },
      });
      expect(reply.problem).toBeUndefined();
    }
  });
});

describe("R-OBS-3: money of a stage", () => {
  it("a model without a price is asked only where the configuration allows it", async () => {
    const deps = { price: () => null };
    const bounded = await trial([{ text: "done" }], { deps, request: { spendableUsd: 5 } });
    expect(bounded.received).toEqual([]);
    expect(bounded.reply.evidence).toEqual({ error_code: "budget_exceeded" });
    expect(bounded.reply.problem).toMatch(/the price of claude-opus-4-6 is not known/);
    const allowed = await trial([{ text: "done" }], {
      ...{ deps: { ...deps, onUnknown: "allow" as const }, request: { spendableUsd: 5 } },
    });
    expect(allowed.reply.problem).toBeUndefined();
  });

  it("a refusal for want of money is not asked again", async () => {
    const { received, slept } = await trial([status(503, {})], {
      ...{ deps: { price }, provider: { maxRetries: 3 }, request: { spendableUsd: 1 } },
    });
    expect([received, slept]).toEqual([[], []]);
  });
});
