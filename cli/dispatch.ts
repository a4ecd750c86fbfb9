/** Finds the command and runs it. */
import { nearestWord } from "../engine/graph/nearest.ts";
import { ENGINE_VERSION } from "../engine/version.ts";
import { COMMANDS } from "./commands.ts";
import type { Terminal } from "./io.ts";

export async function dispatch(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name = "", ...rest] = args;
  if (["help", "--help", "-h"].includes(name)) {
    terminal.out(help());
    return 0;
  }
  if (["--version", "-V", "version"].includes(name)) {
    terminal.out(`attractor ${ENGINE_VERSION}\n`);
    return 0;
  }
  const command = COMMANDS.find((known) => known.name === name);
  if (command !== undefined) return (await command.load())(rest, terminal);

  const near = nearestWord(
    name,
    COMMANDS.map((known) => known.name),
    // Many commands are short words, of which a slip of one letter is most of what was typed.
    (known) => (known.length <= 5 ? 1 : 2),
  );
  const meant = near === null ? "" : `; did you mean ${near}?`;
  terminal.err(
    name === "" ? help() : `attractor: there is no command ${JSON.stringify(name)}${meant}\n\n${help()}`,
  );
  return 2;
}

function help(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  const lines = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return `usage: attractor COMMAND …\n\n${lines.join("\n")}\n\nattractor COMMAND --help says more; attractor --version says which this is.\n`;
}
