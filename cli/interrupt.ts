/** Ctrl-C once asks what goes on to end well; twice ends this process and everything it started. `say` is told of the first. */
export interface Interrupt {
  readonly signal: AbortSignal;
  done(): void;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export function onInterrupt(say: (signal: string) => void, kill: () => void): Interrupt {
  const abort = new AbortController();
  let count = 0;
  const handle = (signal: NodeJS.Signals) => {
    count++;
    if (count === 1) {
      say(signal);
      abort.abort(`stopped by ${signal}`);
      return;
    }
    kill();
    process.exit(130);
  };
  for (const signal of SIGNALS) process.on(signal, handle);
  return {
    signal: abort.signal,
    done: () => {
      for (const signal of SIGNALS) process.off(signal, handle);
    },
  };
}
