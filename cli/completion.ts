/** `attractor completion SHELL`: completion of commands, options, shipped graphs and graph files. */
import { type Command, command, type Run } from "./command.ts";
import { EXIT } from "./exit-codes.ts";
import { onlyOne, UsageError } from "./options.ts";
import { shippedGraphs } from "./shipped.ts";

const USAGE = `usage: attractor completion bash|zsh|fish

Prints a script for that shell. bash: eval "$(attractor completion bash)" in ~/.bashrc; zsh: the same in ~/.zshrc, after
compinit; fish: attractor completion fish > ~/.config/fish/completions/attractor.fish
`;

/** Commands whose first word is a graph. */
const TAKE_GRAPHS = ["run", "validate", "graph", "plan", "preflight", "new"];

/** Of these commands: the list itself names this one, so it is handed in. */
export const completionOf = (commands: readonly Command[]): Run =>
  command({
    name: "completion",
    usage: USAGE,
    options: {},
    async run({ positionals }, terminal) {
      const shell = onlyOne(positionals, "a shell");
      const script = ({ bash, zsh, fish } as Readonly<Record<string, Script>>)[shell];
      if (script === undefined) throw new UsageError(`no completion for ${shell}: bash, zsh or fish`);
      terminal.out(script(await wordsByCommand(commands), commands));
      return EXIT.success;
    },
  });

/** The options that each command's own help names. */
async function wordsByCommand(commands: readonly Command[]): Promise<Map<string, readonly string[]>> {
  const words = new Map<string, readonly string[]>();
  for (const { name, load } of commands) {
    const help: string[] = [];
    const quiet = { out: (text: string) => void help.push(text), err: () => undefined };
    await (await load())(["--help"], { ...quiet, stdin: async () => "", color: false });
    words.set(name, [...new Set([...(help.join("").match(/--[a-z][a-z-]*/g) ?? []), "--help"])].sort());
  }
  return words;
}

type Script = (words: ReadonlyMap<string, readonly string[]>, commands: readonly Command[]) => string;

const cases = (words: ReadonlyMap<string, readonly string[]>): string => {
  const graphs = shippedGraphs().map(({ name }) => name);
  return [...words]
    .map(
      ([name, own]) =>
        `    ${name}) words="${[...own, ...(TAKE_GRAPHS.includes(name) ? graphs : [])].join(" ")}";;`,
    )
    .join("\n");
};

const bash: Script = (words) => `_attractor() {
  local word="\${COMP_WORDS[COMP_CWORD]}" words=""
  if [ "$COMP_CWORD" = 1 ]; then words="${[...words.keys()].join(" ")}"
  else case "\${COMP_WORDS[1]}" in
${cases(words)}
  esac; fi
  COMPREPLY=( $(compgen -W "$words" -- "$word") $(compgen -f -- "$word") )
}
complete -o filenames -F _attractor attractor
`;

const zsh: Script = (words, commands) => `autoload -U +X bashcompinit && bashcompinit
${bash(words, commands)}`;

const fish: Script = (words, all) => {
  const graphs = shippedGraphs().map(({ name }) => name);
  const commands = all.map(
    ({ name, summary }) =>
      `complete -c attractor -n __fish_use_subcommand -a ${name} -d '${summary.replaceAll("'", "")}'`,
  );
  const own = [...words].flatMap(([name, found]) => [
    ...found.map(
      (word) => `complete -c attractor -n '__fish_seen_subcommand_from ${name}' -l ${word.slice(2)}`,
    ),
    ...(TAKE_GRAPHS.includes(name)
      ? [`complete -c attractor -n '__fish_seen_subcommand_from ${name}' -a '${graphs.join(" ")}'`]
      : []),
  ]);
  return `${[...commands, ...own].join("\n")}\n`;
};
