/** What people said to the agent of a node: in this driver's log, or where its job has looked besides. */
import type { SteeredWords } from "../core/state.ts";
import type { RunLog } from "../drive/log.ts";
import type { Words } from "../stages/port.ts";

/** How a driver hears of words that are not in its log yet, or never will be. */
export interface Hearing {
  look(): Promise<void>;
  /** What the log may not hold, and was not told. */
  learned(): readonly SteeredWords[];
  told(id: string): void;
}

export const wordsFor = (
  node: string,
  log: Pick<RunLog, "state">,
  hearing: Hearing | undefined,
  over: () => boolean,
): Words => ({
  look: async () => hearing?.look(),
  waiting() {
    if (over()) return [];
    const known = log.state.steered ?? [];
    const learned = (hearing?.learned() ?? []).filter(({ id }) => !known.some((one) => one.id === id));
    return [...known, ...learned].filter((one) => one.node === node);
  },
});
