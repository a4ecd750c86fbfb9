/** What to do when the disk says no, in the words of the error number. */
import { messageOf } from "../message-of.ts";
import { LedgerError } from "./port.ts";

const FIX: Readonly<Record<string, string>> = {
  ENOSPC: "free some space on that disk, then resume the run",
  EDQUOT: "free some space within the quota, then resume the run",
  EFBIG: "raise the file size limit of the process, then resume the run",
  EROFS: "use a run folder on a disk that can be written",
  EACCES: "give this user the right to write there, then resume the run",
  EPERM: "give this user the right to write there, then resume the run",
  EIO: "check the disk, then resume the run from a copy of the run folder",
  ENOENT:
    "somebody removed a folder of that path; where it was the run's while it was in use, resume from a copy",
};

export function writeFailed(path: string, cause: unknown): LedgerError {
  const code = errorNumber(cause);
  const said = messageOf(cause);
  const fix = fixOf(code);
  return new LedgerError("write_failed", `cannot write ${path}: ${said}`, fix, { cause });
}

export const fixOf = (code: string): string => FIX[code] ?? "see the cause, fix it, then resume the run";

export const errorNumber = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
