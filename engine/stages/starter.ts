/**
 * A small shell that starts the shells of stages: to fork this process, which holds a hundred megabytes, takes several
 * times what to fork that one takes, and holds up all else here meanwhile (docs/decisions/173).
 */
import { spawn } from "node:child_process";
import { closeSync, ftruncateSync, openSync, rmSync, writeSync } from "node:fs";
import type { Socket } from "node:net";
import { constants } from "node:os";
import { join } from "node:path";
import { workUser } from "../git/work-user.ts";
import { memoryFolder } from "./memory-folder.ts";
import { statFields } from "./proc.ts";
import { LOOP, type ShellStart, scriptOf } from "./starter-script.ts";

/** As a child process tells its end. */
export type HowEnded = readonly [code: number | null, signal: NodeJS.Signals | null];

export interface StartedShell {
  readonly pid: number;
  /** Null: the small shell is gone, and how this one ends nobody will know. */
  readonly ended: Promise<HowEnded | null>;
}

/** Starts one at a time. */
interface Starter {
  start(script: string): Promise<StartedShell | null>;
  /** Resolves when it is gone. */
  end(): Promise<void>;
}

const idle: Starter[] = [];
let usable = process.platform === "linux";
let made = 0;
/** Where all of them look for commands. */
let path: string | null = null;

/** With nothing on its standard input. Null: it must be started in another way, or cannot be started at all. */
export async function startByShell(
  start: ShellStart,
  out: number | null,
  err: number | null,
): Promise<StartedShell | null> {
  if (!usable || workUser() !== null) return null;
  path ??= process.env.PATH ?? "";
  const script = scriptOf(start, ofThis(out), ofThis(err), path);
  if (script === null) return null;
  const starter = idle.pop() ?? newStarter(path);
  return await starter.start(script);
}

/** Those that start nothing at the moment: nothing is left running when a run is over. */
export async function endStarters(): Promise<void> {
  await Promise.all(idle.splice(0).map((starter) => starter.end()));
}

const ofThis = (fd: number | null): string => (fd === null ? "/dev/null" : `/proc/${process.pid}/fd/${fd}`);

function newStarter(PATH: string): Starter {
  // Without a name once it is open: it holds what a stage is given.
  const name = join(memoryFolder(), `start-${made++}`);
  const request = openSync(name, "wx+", 0o600);
  rmSync(name);
  const shell = spawn("bash", ["--noprofile", "--norc", "-c", LOOP, ofThis(request)], {
    cwd: "/",
    env: { PATH },
    stdio: ["pipe", "pipe", "ignore"],
    // Ctrl-C at the terminal is for the driver.
    detached: true,
  });
  const ends = [shell, shell.stdin as Socket, shell.stdout as Socket];
  const waiting = (): void => {
    for (const end of ends) end.unref();
  };
  let hears: (line: string | null) => void = () => undefined;
  let alive = true;
  const gone = (): void => {
    if (!alive) return;
    alive = false;
    closeSync(request);
    const at = idle.indexOf(starter);
    if (at !== -1) idle.splice(at, 1);
    hears(null);
  };
  shell.once("error", () => {
    usable = false;
    gone();
  });
  shell.stdout.once("close", gone);
  shell.stdin.on("error", gone);
  let rest = "";
  shell.stdout.setEncoding("latin1").on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) hears(line);
  });

  const starter: Starter = {
    end: () =>
      new Promise((resolve) => {
        if (!alive) return resolve();
        for (const end of ends) end.ref();
        shell.once("close", () => resolve());
        shell.stdin.end();
      }),
    start: (script) =>
      new Promise((resolve) => {
        if (!alive) return resolve(null);
        for (const end of ends) end.ref();
        const length = writeSync(request, script, 0);
        ftruncateSync(request, length);
        let told: Told = NOTHING;
        let end: (ended: HowEnded | null) => void = () => undefined;
        const ended = new Promise<HowEnded | null>((done) => {
          end = done;
        });
        let look: NodeJS.Timeout | undefined;
        hears = (line) => {
          const [word, value] = line?.split(" ") ?? [];
          if (line === null) {
            clearInterval(look);
            resolve(null);
            end(null);
          } else if (word === "s") {
            told = NOTHING;
            const pid = Number(value);
            look = whenForgotten(pid, () => shell.kill("SIGKILL"));
            resolve({ pid, ended });
          } else if (word === "e") {
            clearInterval(look);
            waiting();
            idle.push(starter);
            resolve(null);
            end(endOf(Number(value), told));
          } else {
            const { died, stopped } = told;
            told = {
              died: died || !STILL_FINE.test(line),
              stopped: stopped || /^\[\d+\][-+ ]+Stopped/.test(line),
            };
          }
        };
        shell.stdin.write("\n");
      }),
  };
  return starter;
}

const LOOK_MS = 2_000;
const LOOKS = 5;

/** Nothing that runs here depends on the small shell's word alone: of a child that is dead and not told of, it never will. */
function whenForgotten(pid: number, forgotten: () => void): NodeJS.Timeout {
  let dead = 0;
  return setInterval(() => {
    dead = isDead(pid) ? dead + 1 : 0;
    if (dead === LOOKS) forgotten();
  }, LOOK_MS);
}

/** Or gone: only who started it may collect it. */
function isDead(pid: number): boolean {
  const [state = ""] = statFields(pid);
  return ["", "Z", "X"].includes(state);
}

interface Told {
  readonly died: boolean;
  readonly stopped: boolean;
}

const NOTHING: Told = { died: false, stopped: false };

/** Of a job in the same words as of one that died. */
const STILL_FINE = /^$|^\[\d+\][-+ ]*(\d+ )?(Done|Exit|Running|Stopped)\b/;

function endOf(code: number, { died, stopped }: Told): HowEnded {
  const signal = SIGNALS.get(code - 128);
  // What is stopped ends by this one alone, and bash may still tell of the stop.
  if (stopped && signal !== undefined && STOPS.has(signal)) return [null, "SIGKILL"];
  return died && signal !== undefined ? [null, signal] : [code, null];
}

const STOPS: ReadonlySet<string> = new Set(["SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU"]);
const SIGNALS = new Map(
  Object.entries(constants.signals).map(([name, number]) => [number, name as NodeJS.Signals]),
);
