/** `attractor demo`: the whole GitHub flow on this machine, with pages to look at. */
import { resolve } from "node:path";
import { runDemo } from "../demo/run.ts";
import { command, noWords } from "./command.ts";
import { UsageError } from "./options.ts";

const USAGE = `usage: attractor demo [--once] [--keep] [--out DIR] [--port N] [--speed N]

Starts GitHub in a box with the app installed, a repository with a graph and a pull request, and comments
"/attractor run" there. Needs no key and no network. Play along on the pages it prints until Ctrl-C.

  --once     play the whole story by itself, save the pages, and end
  --keep     with --once: leave the pages open at the end
  --out DIR  where --once saves pages (attractor-demo)
  --port N   of the pages (any free one)
  --speed N  how fast the stages pretend to work (1)
Exit code: 0, 1 when the story did not come to its end, 3 when it was interrupted.
`;

export const runDemoCommand = command({
  name: "demo",
  usage: USAGE,
  options: {
    once: { type: "boolean", default: false },
    keep: { type: "boolean", default: false },
    out: { type: "string", default: "attractor-demo" },
    port: { type: "string", default: "0" },
    speed: { type: "string", default: "1" },
  },
  async run({ values, positionals }, terminal) {
    noWords(positionals, "the demo takes options alone");
    return await runDemo({
      once: values.once,
      keep: values.keep,
      out: resolve(values.out),
      port: inRange("--port", values.port, 0, 65_535),
      speed: inRange("--speed", values.speed, 0.1, 100),
      say: (line) => terminal.out(`${line}\n`),
      interrupted: interrupted(),
    });
  },
});

function inRange(flag: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= least && value <= most))
    throw new UsageError(`${flag} takes a number from ${least} to ${most}, not ${JSON.stringify(text)}`);
  return value;
}

/** Ctrl-C reaches everything that the demo started, too: what that says on its way out is no error, and closing goes on. */
function interrupted(): AbortSignal {
  const abort = new AbortController();
  const end = () => {
    if (abort.signal.aborted) return;
    abort.abort();
    for (const event of ["uncaughtException", "unhandledRejection"]) process.on(event, () => undefined);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, end);
  return abort.signal;
}
