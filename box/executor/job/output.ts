/** A step's output line by line: workflow commands are executed, the rest is log. */
import { isAbsolute, relative } from "node:path";
import { parseCommand, type WorkflowCommand } from "./commands.ts";
import type { Masks } from "./masks.ts";
import type { IssueLevel, JobReport } from "./report.ts";

const USE_FILES = "Please upgrade to using Environment Files.";

export interface OutputTarget {
  readonly report: JobReport;
  readonly masks: Masks;
  readonly workspace: string;
  readonly setOutput: (name: string, value: string) => void;
  readonly saveState: (name: string, value: string) => void;
}

export interface OutputReader {
  line(text: string): void;
  /** A command could not be executed: the step fails. */
  readonly failed: () => boolean;
}

export function createOutputReader(target: OutputTarget): OutputReader {
  const { report, masks } = target;
  let stopped: string | undefined;
  let failed = false;

  const refuse = (command: WorkflowCommand, why: string) => {
    failed = true;
    report.issue({ level: "error", message: `Unable to process command '${command.name}' successfully.` });
    report.issue({ level: "error", message: why });
  };
  const issue = (level: IssueLevel) => (command: WorkflowCommand) =>
    report.issue(issueOf(level, command, target.workspace));
  const named = (give: (name: string, value: string) => void) => (command: WorkflowCommand) => {
    const name = command.properties.get("name") ?? "";
    if (name === "") {
      refuse(command, `Required field 'name' is missing in ##[${command.name}] command.`);
      return;
    }
    report.issue({
      level: "warning",
      message: `The \`${command.name}\` command is deprecated. ${USE_FILES}`,
    });
    give(name, command.data);
  };
  const disabled = (command: WorkflowCommand) =>
    refuse(command, `The \`${command.name}\` command is disabled. ${USE_FILES}`);
  const noMatchers = (command: WorkflowCommand) =>
    refuse(command, "the box has no problem matchers: print ::error file=…:: instead");
  const print = (command: WorkflowCommand) => report.log(`##[${command.name}]${command.data}`);
  const stop = (command: WorkflowCommand, text: string) => {
    const token = command.data.toLowerCase();
    if (token === "" || token === "pause-logging" || known.has(token)) {
      refuse(command, "the token to resume with must not be empty or the name of a command");
      return;
    }
    stopped = token;
    known.add(token);
    report.log(text);
  };

  const handlers = new Map<string, (command: WorkflowCommand, text: string) => void>([
    ["error", issue("error")],
    ["warning", issue("warning")],
    ["notice", issue("notice")],
    // Without RUNNER_DEBUG the log has no debug lines.
    ["debug", () => {}],
    ["group", print],
    ["endgroup", print],
    ["echo", print],
    ["add-mask", (command) => masks.add(command.data)],
    ["stop-commands", stop],
    ["set-output", named(target.setOutput)],
    ["save-state", named(target.saveState)],
    ["set-env", disabled],
    ["add-path", disabled],
    ["add-matcher", noMatchers],
    ["remove-matcher", noMatchers],
  ]);
  const known = new Set(handlers.keys());

  return {
    failed: () => failed,
    line(text) {
      const command = parseCommand(text, known);
      if (command !== undefined && stopped === undefined) {
        handlers.get(command.name)?.(command, text);
        return;
      }
      if (command !== undefined && command.name === stopped) {
        known.delete(command.name);
        stopped = undefined;
      }
      report.log(text);
    },
  };
}

function issueOf(level: IssueLevel, command: WorkflowCommand, workspace: string) {
  const number = (name: string): number | undefined => {
    const text = command.properties.get(name);
    return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
  };
  const file = command.properties.get("file");
  return {
    level,
    message: command.data,
    file:
      file !== undefined && isAbsolute(file) && file.startsWith(workspace) ? relative(workspace, file) : file,
    line: number("line") ?? number("endline"),
    endLine: number("endline"),
    title: command.properties.get("title"),
  };
}
