/** What the small shell (`starter.ts`) is told to do. */
import { shellWord } from "../shell-word.ts";

export interface ShellStart {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Its name (`$0`) is the file that says what to do, and a line tells it to begin. Of a child that a signal ended bash tells
 * in words, where it tells a mere exit code in others (docs/decisions/126); nothing else may stand between them. It stops
 * waiting for a child that is stopped, which has not ended; `wait -f` would go on, but never comes back where the child was
 * gone before it. What is the same for every stage is done once, here: `LC_ALL`, which is not handed on, so that a
 * child that is given a locale does not load it before the stage's own shell does.
 */
export const LOOP = `set -m
exec 2>&1
LC_ALL=C
export SHLVL=0
unset PWD OLDPWD
hash bash
while read -r; do
  ( . "$0" ) 2>/dev/null &
  while wait $!; code=$?; [ $code -gt 128 ] && [ -n "$(jobs -s)" ]; do sleep 0.1; done
  echo "e $code"
done`;

/** Above it the system may refuse the start, which this process can tell better. */
const LONGEST = 64 * 1024;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** bash sets these itself, refuses them, or changes by them how it reads the lines below. */
const ITS_OWN =
  /^(_|PWD|OLDPWD|SHLVL|UID|EUID|PPID|POSIXLY_CORRECT|SHELLOPTS|DIRSTACK|FUNCNAME|GROUPS|RANDOM|SRANDOM|SECONDS|LINENO|EPOCH.*|BASH.*)$/;

/** Null: bash could not hand exactly this on. `path`: where the small shell itself looks for commands. */
export function scriptOf(
  { file, args, cwd, env: { PATH, ...env } }: ShellStart,
  out: string,
  err: string,
  path: string,
): string | null {
  const entries = Object.entries(env);
  if (PATH === undefined || !entries.every(isHandedOn)) return null;
  const ends = `</dev/null >${shellWord(out)} 2>${shellWord(err)}`;
  const alone = file === "bash" ? needsNoShell(args) : null;
  if (alone !== null) return [enters(cwd), TELLS, `${alone} ${ends}`].join("\n");
  // It knows where that one is.
  const known = file === "bash" && PATH === path && !/(^|:)([^/]|$)/.test(path);
  const script = [
    enters(cwd),
    ...(known ? [] : [`PATH=${shellWord(PATH)}; hash ${shellWord(file)} || exit`]),
    TELLS,
    [
      ...entries.map(([name, value]) => `${name}=${shellWord(value)}`),
      ...["exec", ...[file, ...args].map(shellWord)],
      ends,
    ].join(" "),
  ].join("\n");
  return script.length > LONGEST || script.includes("\0") ? null : script;
}

const isHandedOn = ([name, value]: readonly [string, string]): boolean =>
  NAME.test(name) && !ITS_OWN.test(name) && !value.includes("\0");

const enters = (folder: string): string => `cd -P -- ${shellWord(folder)} || exit`;
const TELLS = 'echo "s $BASHPID"';

/** A shell runs these within itself, and each of their words means itself: a fork of the small shell is enough for them. */
const WITHIN = /^(?:(?:true|false|:|echo)(?: [A-Za-z0-9_.,:@%+/=-]+)*|exit \d{1,3})$/;

/** The command, where no start of bash could make a difference. */
function needsNoShell(args: readonly string[]): string | null {
  const [command = "", option] = args.toReversed();
  return option === "-c" && WITHIN.test(command) ? command : null;
}
