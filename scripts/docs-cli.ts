/** The page of the commands, from what each says under `--help`. */
import { COMMANDS } from "../cli/commands.ts";

export async function cliPage(): Promise<string> {
  const parts: string[] = [];
  for (const { name, summary, load } of COMMANDS) {
    const said: string[] = [];
    const terminal = { out: (text: string) => void said.push(text), err: () => undefined };
    await (await load())(["--help"], { ...terminal, stdin: async () => "", color: false });
    parts.push(
      `## ${name}\n\n${summary[0]!.toUpperCase()}${summary.slice(1)}.\n\n\`\`\`text\n${said.join("").trim()}\n\`\`\``,
    );
  }
  const list = COMMANDS.map(({ name, summary }) => `| [${name}](#${name}) | ${summary} |`).join("\n");
  return `# Commands

Made from the commands' own help by \`npm run docs\`. GRAPH is a file or the name of a graph that ships. RUN is a run's id, or the beginning
of it, or its folder. Exit codes: 0 success, 1 the run failed, 2 invalid input, 3 canceled, 4 waiting for a person.

| command | does |
|---|---|
${list}

${parts.join("\n\n")}
`;
}
