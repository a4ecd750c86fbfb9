/** Stages of the world: what they say hangs on the run's seed and on what they are, never on who runs them or when. */
import type { StageEffect } from "../../engine/core/effects.ts";
import { hash32 } from "../../engine/core/hash.ts";
import type { AttemptResult } from "../../engine/core/outcome.ts";

export function said(seed: number, effect: StageEffect, lost: number): { result: AttemptResult; ms: number } {
  const roll = hash32(`${seed}/${effect.scope}/${effect.node}/${effect.visit}/${effect.attempt - lost}`) % 20;
  const ms = 500 + (hash32(`${seed}:${effect.id}`) % 90_000);
  const fail = (failure_reason: string): AttemptResult => ({
    outcome: { status: "fail", failure_reason },
    evidence: {},
    durationMs: ms,
  });
  if (roll === 13)
    return {
      ms,
      result: {
        ...fail("the account is empty"),
        evidence: { error_code: "quota", pause: { provider: "sim" } },
      },
    };
  if (roll < 14)
    return {
      ms,
      result: {
        outcome: { status: "success" },
        evidence: {},
        durationMs: ms,
        usage: [{ provider: "sim", cost_usd: 0.01 }],
      },
    };
  // Called canceled by a text and by a stranger's signal: failures like any other.
  if (roll === 14) return { ms, result: { ...fail("context canceled"), evidence: { exit_code: 1 } } };
  if (roll === 15) return { ms, result: { ...fail("killed by SIGTERM"), evidence: { signal: "SIGTERM" } } };
  if (roll < 17) return { ms, result: fail(`cause ${roll} at ${effect.node}`) };
  return { ms, result: { ...fail("network unreachable"), evidence: { timed_out: true } } };
}
