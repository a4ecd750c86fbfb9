/** Whether a CLI knows the options that we call it with, by its own help. */
import type { CliName } from "../cli/adapter.ts";
import type { Machine } from "./machine.ts";

/** Where the help is asked, and what must be in it. */
const NEEDED: Readonly<
  Record<CliName, { readonly ask: readonly string[]; readonly words: readonly string[] }>
> = {
  claude: {
    ask: ["--help"],
    words: [
      ...["--output-format", "--verbose", "--permission-mode", "--permission-prompts"],
      ...["--setting-sources", "--strict-mcp-config"],
    ],
  },
  codex: { ask: ["exec", "--help"], words: ["--json", "--sandbox", "--model"] },
  gemini: { ask: ["--help"], words: ["--output-format", "--approval-mode", "--model"] },
  copilot: { ask: ["--help"], words: ["--output-format", "--allow-tool", "--model"] },
};

export interface Capability {
  readonly version: string | null;
  readonly missing: readonly string[];
  /** False when it said nothing in its time: that proves nothing. */
  readonly answered: boolean;
}

export async function missingCapabilities(cli: CliName, path: string, machine: Machine): Promise<Capability> {
  const { ask, words } = NEEDED[cli];
  const [help, said] = await Promise.all([machine.ask(path, ask), machine.ask(path, ["--version"])]);
  const version = /\d+\.\d+[\w.-]*/.exec(said ?? "")?.[0] ?? null;
  if (help === null || help.trim() === "") return { version, missing: [], answered: false };
  return { version, missing: words.filter((word) => !help.includes(word)), answered: true };
}
