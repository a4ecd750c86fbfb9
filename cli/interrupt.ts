/** Ctrl-C once asks the run to end and be recorded; twice ends this process and everything it started. */
export interface Interrupt {
  readonly signal: AbortSignal;
  done(): void;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export function onInterrupt(say: (text: string) => void, kill: () => void): Interrupt {
  const abort = new AbortController();
  let count = 0;
  const handle = (signal: NodeJS.Signals) => {
    count++;
    if (count === 1) {
      say(
        `${signal}: ending the run; its stages are being stopped and the end is recorded. Again to kill.\n`,
      );
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
