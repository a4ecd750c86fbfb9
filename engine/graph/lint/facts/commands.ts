/** Which programs a shell command needs, as far as its text tells without a shell. */

/** Every runner and every POSIX system has these, and git is there wherever a run is. */
const ALWAYS_THERE = new Set(
  `: . [ [[ alias awk basename bash bg break cat cd chmod chown clear cmp command comm continue cp cut date dd df diff
  dirname du echo env eval exec exit expand export expr false fg find fold getopts git grep egrep fgrep hash head id jobs
  join kill let ln local logname ls mkdir mkfifo mktemp mv nl nohup od paste patch printf ps pwd read readlink readonly
  realpath return rev rm rmdir sed seq set sh shift sleep sort source split stat tail tar tee test time timeout touch tr
  trap true tsort type ulimit umask unalias uname uniq unset wait wc which whoami xargs yes`.split(/\s+/),
);
/** What may stand before the word that names the program. */
const PREFIX =
  /^(?:[A-Za-z_][A-Za-z0-9_]*=\S*|!|if|then|elif|else|while|until|do|time|exec|env|sudo|nohup|\{)\s+/;
const NOT_A_COMMAND = /^(?:for|case|function|esac|done|fi|in|select)\b/;
const PROGRAM = /^[A-Za-z0-9_][A-Za-z0-9._+-]*$/;

/** Longer commands are generated, and what they need shows early. */
const MOST_READ = 20_000;

/** The words of a command without its quoted texts, comments and here-documents. */
export function bareScript(command: string): string {
  const heredoc = command.indexOf("<<");
  return command
    .slice(0, heredoc === -1 ? MOST_READ : Math.min(heredoc, MOST_READ))
    .replace(/\\\r?\n/g, " ")
    .replace(/'[^']*'|"(?:[^"\\]|\\.)*"/g, '""')
    .replace(/(?:^|\s)#.*$/gm, "");
}

/** What the command ends with, whose exit code is its own; null where the text does not tell. */
export function lastStatement(command: string): string | null {
  if (command.includes("<<") || command.length > MOST_READ) return null;
  const script = bareScript(command)
    .replace(/\$\([^()]*\)|`[^`]*`/g, '""')
    .trimEnd()
    .replace(/;$/, "");
  // In parentheses and braces, or at the end of an if or a loop: not read without a shell.
  const last =
    script
      .split(/[;\n]|&&|(?<![|&>])&(?![&>])/)
      .at(-1)
      ?.trim() ?? "";
  return /[(){}]|\b(?:fi|done|esac)\b/.test(last) ? null : last;
}

export function programsOf(command: string): string[] {
  return bareScript(command)
    .split(/[\n;|&()`]+/)
    .flatMap((part) => {
      let words = part.trim();
      while (PREFIX.test(words)) words = words.replace(PREFIX, "");
      const program = words.split(/\s/)[0] ?? "";
      const skip = NOT_A_COMMAND.test(words) || !PROGRAM.test(program) || ALWAYS_THERE.has(program);
      return skip || /^\d+$/.test(program) ? [] : [program];
    });
}

export const mentionsProgram = (command: string, program: string): boolean =>
  command.includes(program) && command.split(/[^A-Za-z0-9._+-]+/).includes(program);
