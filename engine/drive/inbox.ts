/** What happened while the loop slept, in the order it happened. */
export interface Inbox<T> {
  put(item: T): void;
  fail(error: unknown): void;
  /** Everything that has come, at least one; waits for it. Rejects when something failed. */
  take(): Promise<T[]>;
  readonly waiting: boolean;
}

export function inbox<T>(): Inbox<T> {
  let items: T[] = [];
  let failure: { error: unknown } | null = null;
  let ready: (() => void) | null = null;
  const ring = () => {
    ready?.();
    ready = null;
  };
  return {
    get waiting() {
      return items.length > 0 || failure !== null;
    },
    put(item) {
      items.push(item);
      ring();
    },
    fail(error) {
      failure ??= { error };
      ring();
    },
    async take() {
      if (items.length === 0 && !failure) {
        await new Promise<void>((resolve) => {
          ready = resolve;
        });
      }
      if (failure) throw failure.error;
      const taken = items;
      items = [];
      return taken;
    },
  };
}
