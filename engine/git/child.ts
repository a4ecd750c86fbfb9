/** One child process with its output in memory. By hand: a library for it takes as long to load as the rest of a start (docs/decisions/084). */
import { type ChildProcess, spawn } from "node:child_process";
import type { Writable } from "node:stream";

export interface ChildSpec {
  readonly cwd: string;
  /** The whole environment; nothing is inherited. */
  readonly env: NodeJS.ProcessEnv;
  /** What stands on standard input, which is empty otherwise. */
  readonly input: Uint8Array | null;
  /** What stands on file descriptor 3, which is closed otherwise. */
  readonly secret: Uint8Array | null;
  readonly timeoutMs: number;
  /** Ends the process when it aborts. */
  readonly signal?: AbortSignal | undefined;
  /** Of each of the two outputs. */
  readonly maxBytes: number;
}

export interface ChildEnd {
  /** null: it was killed or never ran, and `problem` says why. */
  readonly exitCode: number | null;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly problem: string;
}

/** After being asked to end, before it is made to. */
const GRACE_MS = 5_000;

const living = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of living) signal(child, "SIGTERM");
});

/** With what it started: git's filters and drivers do not end with it. */
function signal(child: ChildProcess, name: NodeJS.Signals): void {
  try {
    if (child.pid === undefined || process.platform === "win32") child.kill(name);
    else process.kill(-child.pid, name);
  } catch {
    // Gone meanwhile.
  }
}

export function runChild(file: string, args: readonly string[], spec: ChildSpec): Promise<ChildEnd> {
  const { cwd, env, input, secret } = spec;
  const child = spawn(file, args, {
    cwd,
    env,
    // A group of its own.
    detached: process.platform !== "win32",
    stdio: [
      input === null ? "ignore" : "pipe",
      "pipe",
      "pipe",
      ...(secret === null ? [] : ["pipe" as const]),
    ],
  });
  living.add(child);
  let problem = "";
  let kill: NodeJS.Timeout | undefined;
  const end = (why: string): void => {
    if (problem !== "") return;
    problem = why;
    signal(child, "SIGTERM");
    kill = setTimeout(() => signal(child, "SIGKILL"), GRACE_MS).unref();
  };
  const over = new AbortController();
  spec.signal?.addEventListener("abort", () => end("it was called off"), { signal: over.signal });
  if (spec.signal?.aborted) end("it was called off");
  const timer = setTimeout(() => end(`it took longer than ${spec.timeoutMs} ms`), spec.timeoutMs);
  const outputs = [child.stdout, child.stderr].map((stream) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    stream?.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= spec.maxBytes) chunks.push(chunk);
      else end(`it wrote more than ${spec.maxBytes} bytes`);
    });
    return chunks;
  });
  give(child.stdin, input);
  give(child.stdio[3] as Writable | null | undefined, secret);
  return new Promise((resolve) => {
    const ended = (exitCode: number | null): void => {
      over.abort("over");
      clearTimeout(timer);
      clearTimeout(kill);
      living.delete(child);
      const [stdout, stderr] = outputs.map((chunks) => Buffer.concat(chunks)) as [Buffer, Buffer];
      resolve({ exitCode: problem === "" ? exitCode : null, stdout, stderr, problem });
    };
    child.once("error", (error) => {
      problem ||= error.message;
      // Without a process there is no other end.
      if (child.pid === undefined) ended(null);
    });
    child.once("close", (code, signal) => {
      if (signal !== null) problem ||= `it was ended by ${signal}`;
      ended(code);
    });
  });
}

/** A child that ends without reading everything is judged by its end. */
function give(stream: Writable | null | undefined, data: Uint8Array | null): void {
  if (!stream || data === null) return;
  stream.on("error", () => undefined);
  stream.end(data);
}
