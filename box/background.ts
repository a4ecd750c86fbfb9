/** Work that goes on after an answer was given: deliveries, triggers, pushes. */

export interface Background {
  add(work: Promise<unknown>): void;
  /** Resolves when nothing is left, also not what the rest started. */
  idle(): Promise<void>;
}

export function createBackground(failed: (error: unknown) => void): Background {
  const open = new Set<Promise<unknown>>();
  return {
    add(work) {
      const watched = work.catch(failed).finally(() => open.delete(watched));
      open.add(watched);
    },
    async idle() {
      while (open.size > 0) await Promise.all(open);
    },
  };
}
