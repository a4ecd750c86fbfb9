/** A question at the terminal that no answer agrees to. */
import { createInterface } from "node:readline/promises";

export async function agreed(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return !/^\s*n/i.test(await lines.question(question));
  } finally {
    lines.close();
  }
}
