/** A file system that fails where a test says; the test's `vi.mock` calls `step` before each real operation. */

export interface Fault {
  /** The operation to fail, such as `write` or `datasync`. */
  readonly step: string;
  readonly code: string;
}

export const faults: {
  next: Fault | null;
  steps: string[];
  /** Runs in the middle of the next write, as another process would. */
  meanwhile: (() => void) | null;
} = { next: null, steps: [], meanwhile: null };

/** Notes the step, and fails it when it is the one. */
export function step(name: string): void {
  faults.steps.push(name);
  if (faults.next?.step !== name) return;
  const { code } = faults.next;
  throw Object.assign(new Error(`${code}: injected, ${name}`), { code, syscall: name });
}
