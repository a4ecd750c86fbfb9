/** The exit codes of the public contract. */
import type { RunReport } from "../engine/local/driver.ts";

export const EXIT = { success: 0, failed: 1, invalid: 2, canceled: 3, waiting: 4 } as const;

export function exitCodeOf(report: RunReport): number {
  if (report.why === "waiting") return EXIT.waiting;
  switch (report.final?.status) {
    case "success":
      return EXIT.success;
    case "canceled":
      return EXIT.canceled;
    default:
      return EXIT.failed;
  }
}
