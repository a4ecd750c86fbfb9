/** No run is open: the hourly sweep is switched off, and on again when a run opened meanwhile. */
import type { SweepSchedule } from "../api/sweep-schedule.ts";

export interface Idle {
  readonly schedule: SweepSchedule;
  readonly openRuns: () => Promise<readonly string[]>;
  /** Until what was written before it is seen: a list may come from a replica that is behind. */
  readonly settle: () => Promise<void>;
}

/**
 * Whoever opens a run writes its ref first and switches the sweep on after that. So a run that is not in the second list was
 * opened after the sweep was off, and whoever opened it switches it on.
 */
export async function sleepWhenIdle({ schedule, openRuns, settle }: Idle): Promise<boolean> {
  if ((await openRuns()).length > 0 || !(await schedule.isOn())) return false;
  await schedule.disable();
  await settle();
  if ((await openRuns()).length === 0) return true;
  await schedule.enable();
  return false;
}
