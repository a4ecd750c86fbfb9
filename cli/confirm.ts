/** A question at the terminal that no answer agrees to. */
import { createInterface } from "node:readline/promises";
import type { Terminal } from "./io.ts";

/** Whether somebody is there to answer. */
export const canAsk = (terminal: Terminal): boolean =>
  terminal.size !== undefined && process.stdin.isTTY === true;

export async function agreed(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return !/^\s*n/i.test(await lines.question(question));
  } finally {
    lines.close();
  }
}
