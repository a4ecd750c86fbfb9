/** Which callers' runs can be played by the acceptance. */
import { callerWays } from "../read-caller.ts";

/** Why no graph is run by that caller; null when one is. */
export function whyNot(file: string | undefined, text: string): string | null {
  if (file === undefined) return "no workflow's jobs may do what a run needs, or none could be asked";
  const { byApp, readOnly } = callerWays(text);
  if (byApp) return `${file} leaves decisions to the app, and who decides there only the app's log tells`;
  if (readOnly)
    return `${file} has jobs.contents: read, where each turn of the trunk takes a job more than the rows here count`;
  return null;
}
