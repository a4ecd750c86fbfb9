/** The tools as a model is told of them: one name each, for profiles, hooks, events and `diagnose` alike. */
import type { LanguageModelV4FunctionTool } from "@ai-sdk/provider";

type Schema = LanguageModelV4FunctionTool["inputSchema"];

export interface Tool {
  readonly name: string;
  readonly description: string;
  readonly schema: {
    readonly type: "object";
    readonly properties: Record<string, Schema>;
    readonly required: string[];
    readonly additionalProperties: false;
  };
  /** Changes files: never beside another call. */
  readonly writes: boolean;
}

const text = (description: string): Schema => ({ type: "string", description });
const count = (description: string): Schema => ({ type: "integer", minimum: 1, description });
const yes = (description: string): Schema => ({ type: "boolean", description });
const PATH = text("Path of the file, relative to the worktree");

function tool(
  name: string,
  description: string,
  properties: Record<string, Schema>,
  required: string[],
  writes = false,
): Tool {
  return {
    name,
    description,
    schema: { type: "object", properties, required, additionalProperties: false },
    writes,
  };
}

const ALL: readonly Tool[] = [
  tool(
    "read_file",
    "Read a text file. Lines come numbered, from offset on, 2000 at most unless limit says otherwise.",
    { path: PATH, offset: count("First line, from 1"), limit: count("How many lines") },
    ["path"],
  ),
  tool(
    "read_many_files",
    "Read several text files at once, each from its beginning.",
    { paths: { type: "array", items: PATH, minItems: 1, maxItems: 50 } },
    ["paths"],
  ),
  tool(
    "write_file",
    "Write a whole file: a new one, or in place of what stands there. Folders are made as needed.",
    { path: PATH, content: text("All of the file") },
    ["path", "content"],
    true,
  ),
  tool(
    "edit_file",
    "Replace one exact piece of text in a file. old_string must be in the file exactly once, spaces and line breaks included; give enough lines around the change.",
    {
      path: PATH,
      old_string: text("The text as the file has it, without line numbers"),
      new_string: text("What stands there afterwards"),
      replace_all: yes("Replace every occurrence"),
    },
    ["path", "old_string", "new_string"],
    true,
  ),
  tool(
    "apply_patch",
    "Change files by a patch in the format that the instructions show: *** Begin Patch, then for each file *** Add File:, *** Delete File: or *** Update File: with @@ sections, then *** End Patch. Not a unified diff: no line numbers, no --- and +++ lines.",
    { patch: text("The whole patch, from *** Begin Patch to *** End Patch") },
    ["patch"],
    true,
  ),
  tool(
    "shell",
    "Run a command with bash in the worktree. Output and errors come together, with the exit code. It is stopped at its time limit.",
    { command: text("The command"), timeout_ms: count("Longest time in milliseconds") },
    ["command"],
  ),
  tool(
    "grep",
    "Find lines by a regular expression in the files of the worktree. 100 results unless max_results says otherwise.",
    {
      pattern: text("Regular expression"),
      path: text("Folder or file to look in; the whole worktree otherwise"),
      glob: text("Only files whose path or name matches, such as *.ts"),
      ignore_case: yes("Take capital and small letters as the same"),
      max_results: count("Stop after so many"),
    },
    ["pattern"],
  ),
  tool(
    "glob",
    "Find files by a pattern such as src/**/*.ts, the newest first.",
    { pattern: text("Pattern"), path: text("Folder to look in") },
    ["pattern"],
  ),
  tool(
    "list_dir",
    "List a folder.",
    { path: text("The folder; the worktree otherwise"), depth: count("How many levels, 1 unless said") },
    [],
  ),
];

export const AGENT_TOOLS: ReadonlyMap<string, Tool> = new Map(ALL.map((each) => [each.name, each]));

/** As a request holds them. */
export const offered = (names: readonly string[]): LanguageModelV4FunctionTool[] =>
  names.map((name) => {
    const { description, schema } = AGENT_TOOLS.get(name)!;
    return { type: "function", name, description, inputSchema: schema };
  });
