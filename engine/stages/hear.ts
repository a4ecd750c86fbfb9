/** What a stage prints, heard from both its pipes until they are at their end. */
import { machineClock } from "../clock.ts";
import type { Capture } from "./output.ts";
import type { Pipe } from "./pipes.ts";

export interface HeardBy {
  /** Called at every chunk with the bytes of output so far. */
  readonly activity: (bytes: number) => void;
  /** Hears standard output as it comes. */
  readonly onOutput?: (chunk: Buffer) => void;
}

/**
 * To listen costs more than all else that is done with a pipe. So what ends sooner than this is read when it has ended; what
 * prints more than a pipe holds waits that long.
 */
const LISTEN_AFTER_MS = 20;
/** After everything is dead, how long a pipe held open by an unknown process is waited for. */
const DRAIN_MS = 1000;

/** Call what comes back when the stage is over: resolves when all that it printed has been heard. */
export function hear(
  pipes: readonly Pipe[],
  captures: readonly Capture[],
  { activity, onOutput }: HeardBy,
): () => Promise<void> {
  let bytes = 0;
  const heard = (index: number) => (chunk: Buffer) => {
    captures[index]!.write(chunk);
    bytes += chunk.length;
    activity(bytes);
    if (index === 0) onOutput?.(chunk);
  };
  const listenTo = (pipe: Pipe, index: number) => {
    const output = pipe.listen().on("data", heard(index));
    return new Promise<void>((resolve) => output.once("close", resolve));
  };
  let ends: Promise<void>[] | null = null;
  const listen = () => {
    ends = pipes.map(listenTo);
  };
  const later = onOutput === undefined ? setTimeout(listen, LISTEN_AFTER_MS) : listen();
  return async () => {
    clearTimeout(later ?? undefined);
    ends ??= pipes.flatMap((pipe, index) => (pipe.take(heard(index)) ? [] : [listenTo(pipe, index)]));
    if (ends.length > 0) await atMost(DRAIN_MS, Promise.all(ends));
  };
}

async function atMost(ms: number, closed: Promise<unknown>): Promise<void> {
  const done = new AbortController();
  await Promise.race([closed, machineClock.sleep(ms, done.signal)]);
  done.abort("drained");
}
