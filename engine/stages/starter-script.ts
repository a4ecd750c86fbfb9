/** What the small shell (`starter.ts`) is told to do. */

export interface ShellStart {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Reads where to find what to do. Of a child that a signal ended bash tells in words, where it tells a mere exit code in
 * others (docs/decisions/126). It stops waiting for a child that is stopped, which has not ended; `wait -f` would go on, but
 * never comes back where the child was gone before it.
 */
export const LOOP = `set -m
exec 2>&1 9>&1
while read -r request; do
  ( . "$request" ) &
  while wait $!; code=$?; [ $code -gt 128 ] && [ -n "$(jobs -s)" ]; do sleep 0.1; done
  echo "e $code"
done`;

/** Above it the system may refuse the start, which this process can tell better. */
const LONGEST = 64 * 1024;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** bash sets these itself, refuses them, or changes by them how it reads the lines below. */
const ITS_OWN =
  /^(_|PWD|OLDPWD|SHLVL|UID|EUID|PPID|POSIXLY_CORRECT|SHELLOPTS|DIRSTACK|FUNCNAME|GROUPS|RANDOM|SRANDOM|SECONDS|LINENO|EPOCH.*|BASH.*)$/;

/** Null: bash could not hand exactly this on. */
export function scriptOf({ file, args, cwd, env }: ShellStart, out: string, err: string): string | null {
  const entries = Object.entries(env);
  if (env.PATH === undefined || entries.some(([name]) => !NAME.test(name) || ITS_OWN.test(name))) return null;
  const script = [
    `exec </dev/null >${quoted(out)} 8>${quoted(err)} 2>/dev/null`,
    `cd -P -- ${quoted(cwd)} && PATH=${quoted(env.PATH)} && hash ${quoted(file)} || { echo f >&9; exit 1; }`,
    "unset PWD OLDPWD",
    // `exec` takes one away.
    "export SHLVL=0",
    ...entries.map(([name, value]) => `export ${name}=${quoted(value)}`),
    `echo "s $BASHPID" >&9`,
    // Until here bash itself would have complained there, of a locale for one.
    "exec 9>&- 2>&8 8>&-",
    `exec ${[file, ...args].map(quoted).join(" ")}`,
  ].join("\n");
  return script.length > LONGEST || script.includes("\0") ? null : script;
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
