/** A command of `attractor` in this process: quicker than a process of its own. */

import { dispatch } from "../../cli/dispatch.ts";
import { called } from "../called.ts";

export const here = (...args: string[]) => called(dispatch, ...args);

/** The same as started in that folder. */
export async function hereIn(cwd: string, ...args: string[]) {
  const before = process.cwd();
  process.chdir(cwd);
  try {
    return await here(...args);
  } finally {
    process.chdir(before);
  }
}
