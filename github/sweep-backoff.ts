/** What fails is tried again at the next sweep, then at the second, the fourth, … after it, so that it costs ever less. */
export interface Growing {
  isDue(key: string): boolean;
  failed(key: string): void;
  succeeded(key: string): void;
}

const MOST_SWEEPS = 16;

export function sweepBackoff(most = MOST_SWEEPS): Growing {
  const waits = new Map<string, { next: number; left: number }>();
  return {
    isDue(key) {
      const wait = waits.get(key);
      if (!wait || wait.left <= 0) return true;
      wait.left--;
      return false;
    },
    failed(key) {
      const next = Math.min(most, (waits.get(key)?.next ?? 0) * 2 || 1);
      waits.set(key, { next, left: next - 1 });
    },
    succeeded: (key) => void waits.delete(key),
  };
}
