/** Ends what makes no progress. Monotonic: a jump of the machine's clock is no silence. */

export interface IdleClock {
  /** Something came further. */
  touch(): void;
  stop(): void;
}

export function idleClock(limitMs: number, onIdle: () => void): IdleClock {
  let last = performance.now();
  const check = (): void => {
    const left = limitMs - (performance.now() - last);
    if (left <= 0) onIdle();
    else timer = setTimeout(check, left);
  };
  let timer = setTimeout(check, limitMs);
  return {
    touch: () => {
      last = performance.now();
    },
    stop: () => clearTimeout(timer),
  };
}
