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

/** State, parent, process group and what follows in `stat`; the name before them may hold spaces and parentheses. Without a process: one that is empty. */
export function statFields(pid: number): readonly string[] {
  const stat = readProc(pid, "stat");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}
