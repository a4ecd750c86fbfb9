/** What Linux tells of processes. */
import { readdirSync, readFileSync } from "node:fs";

export const processIds = (): readonly number[] =>
  readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));

/** Empty when the process is gone or may not be looked at. */
export function readProc(pid: number, file: "stat" | "status" | "environ"): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
