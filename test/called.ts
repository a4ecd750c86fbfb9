import type { Terminal } from "../cli/io.ts";

/** A command in this process, and what it says. */
export async function called(
  command: (args: readonly string[], terminal: Terminal) => Promise<number>,
  ...args: string[]
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await command(args, {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    stdin: async () => "",
    color: false,
  });
  return { code, out: out.join(""), err: err.join("") };
}
