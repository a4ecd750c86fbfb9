/** A run's name: sorts by time, unique without asking anybody, lower case because it becomes a branch. */
import { randomBytes } from "node:crypto";

export function newRunId(now: number): string {
  const [day = "", time = ""] = new Date(now)
    .toISOString()
    .replace(/\.\d+Z$/, "")
    .replace(/[-:]/g, "")
    .split("T");
  return `${day}-${time}-${randomBytes(3).toString("hex")}`;
}

export const RUN_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/;
