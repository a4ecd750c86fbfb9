/** A run's name: sorts by time, unique without asking anybody. */
import { randomBytes } from "node:crypto";

export function newRunId(now: number): string {
  const stamp = new Date(now).toISOString().replace(/[-:]/g, "").replace(/\.\d+Z$/, "Z");
  return `${stamp}-${randomBytes(3).toString("hex")}`;
}

export const RUN_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/;
