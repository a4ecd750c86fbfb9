/** Reads a growing log line by line, until what another look says is over. */
import { type FileHandle, open } from "node:fs/promises";
import { type Clock, machineClock } from "../clock.ts";

const POLL_MS = 200;
/** A look reads the whole log: not at every poll. */
const LOOK_EVERY = 10;
const CHUNK = 64 * 1024;

export async function follow<S>(
  path: string,
  line: (text: string) => void,
  look: () => Promise<S>,
  over: (seen: S) => boolean,
  clock: Clock = machineClock,
): Promise<S> {
  const reader = tail(path);
  const never = new AbortController().signal;
  try {
    for (let poll = 0; ; poll++) {
      const grew = await reader.read(line);
      if (poll % LOOK_EVERY === 0 || (grew && poll > 0 && reader.ended())) {
        const seen = await look();
        if (over(seen)) {
          await reader.read(line);
          return seen;
        }
      }
      await clock.sleep(POLL_MS, never);
    }
  } finally {
    await reader.close();
  }
}

function tail(path: string) {
  let file: FileHandle | null = null;
  let at = 0;
  let rest = Buffer.alloc(0);
  let last = "";
  return {
    /** Every whole line since the last call; true when there was one. */
    async read(line: (text: string) => void): Promise<boolean> {
      file ??= await open(path, "r").catch(() => null);
      if (!file) return false;
      let any = false;
      for (;;) {
        const chunk = Buffer.alloc(CHUNK);
        const { bytesRead } = await file.read(chunk, 0, CHUNK, at);
        if (bytesRead === 0) return any;
        at += bytesRead;
        rest = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
        for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
          last = rest.subarray(0, end).toString("utf8");
          rest = rest.subarray(end + 1);
          any = true;
          line(last);
        }
      }
    },
    ended: () =>
      /"event":"(?:run_completed|run_failed|run_canceled|human_gate_waiting|run_paused|leg_paused)"/.test(
        last,
      ),
    close: async () => file?.close(),
  };
}
