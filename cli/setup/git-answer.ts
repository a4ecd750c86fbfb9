/** What git says about a folder, without the line's end; null where it refuses. */
import { execFileSync } from "node:child_process";

export type Git = (...args: string[]) => string | null;

export const gitIn =
  (folder: string): Git =>
  (...args) => {
    try {
      const stdio: ["ignore", "pipe", "ignore"] = ["ignore", "pipe", "ignore"];
      return execFileSync("git", args, { cwd: folder, encoding: "utf8", stdio }).trimEnd();
    } catch {
      return null;
    }
  };
