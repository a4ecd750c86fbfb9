/** The command at a terminal: its output, its exit code. */
import { text } from "node:stream/consumers";
import { dispatch } from "./dispatch.ts";
import { messageTypedAs, typedAs } from "./typed-as.ts";

export async function start(): Promise<void> {
  // `attractor validate … | head` closes the pipe early; that is the reader's business and no failure.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit();
  });

  const typed = typedAs(process.env);
  const message = messageTypedAs(process.env);
  process.exitCode = await dispatch(process.argv.slice(2), {
    out: (line) => process.stdout.write(typed(line)),
    err: (line) => process.stderr.write(message(line)),
    stdin: () => text(process.stdin),
    color: process.stdout.isTTY === true && !process.env.NO_COLOR,
    ...(process.stdout.isTTY === true && process.env.TERM !== "dumb"
      ? { size: () => ({ columns: process.stdout.columns || 80, rows: process.stdout.rows || 24 }) }
      : {}),
  });
}
