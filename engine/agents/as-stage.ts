/** Small commands as the stage's user: the driver may be root, and these folders are the stage's. */
import { runChild } from "../git/child.ts";
import { enclosed, steppedDown } from "../git/work-user.ts";

const READ_BYTES = 16 * 1024 * 1024;
const STEP_MS = 30_000;

/** What it printed; null when it failed. */
export async function asStage(
  file: string,
  args: readonly string[],
  { input = null, env = {} }: { input?: string | null; env?: Readonly<Record<string, string>> } = {},
): Promise<string | null> {
  const around = await enclosed();
  try {
    const start = steppedDown(file, args, around);
    const { exitCode, stdout } = await runChild(start.file, start.args, {
      cwd: "/",
      env: { PATH: process.env.PATH, ...env },
      input: input === null ? null : Buffer.from(input),
      secret: null,
      timeoutMs: STEP_MS,
      maxBytes: READ_BYTES,
    });
    return exitCode === 0 ? stdout.toString("utf8") : null;
  } finally {
    await around.end();
  }
}
