/** Events after which a run is over, until somebody resumes it. */
export const RUN_ENDS: ReadonlySet<string> = new Set(["run_completed", "run_failed", "run_canceled"]);
