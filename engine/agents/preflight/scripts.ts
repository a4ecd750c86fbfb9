/** Scripts of the repository that stages run: whether they are there, where no stage before could have made them. */
import { bareScript } from "../../graph/lint/facts/commands.ts";
import type { Pipeline, Stage } from "../../graph/pipeline.ts";
import { settingsOf } from "../settings.ts";
import type { PreflightCheck } from "./report.ts";

/** What is at a path below the folder where stages work. */
export type Files = (path: string) => "missing" | "file" | "program";

interface Named {
  readonly path: string;
  /** Run by itself, not read by an interpreter: it must be executable. */
  readonly itself: boolean;
}

const INTERPRETERS = /^(?:sh|bash|dash|zsh|ksh|python|python3|node|bun|deno|tsx|ruby|perl|pwsh|source|\.)$/;
const BEFORE =
  /^(?:[A-Za-z_][A-Za-z0-9_]*=\S*|!|if|then|elif|else|while|until|do|time|exec|env|sudo|nohup|\{)\s+/;
const PATH = /^(?:\.\/)?[A-Za-z0-9_@+.-]+(?:\/[A-Za-z0-9_@+.-]+)*$/;
const SCRIPT = /\.(?:sh|bash|zsh|py|js|cjs|mjs|ts|mts|rb|pl|ps1)$/;

/** The paths that a command runs as they stand there; what depends on a variable or another folder is left aside. */
function scriptsOf(command: string): Named[] {
  const bare = bareScript(command);
  const found: Named[] = [];
  for (const part of bare.split(/[\n;|&()`]+/)) {
    let words = part.trim();
    while (BEFORE.test(words)) words = words.replace(BEFORE, "");
    const [program = "", ...rest] = words.split(/\s+/);
    if (/^(?:cd|pushd|popd)$/.test(program)) break;
    const itself = program.includes("/") && PATH.test(program) && !program.startsWith("/");
    const read = INTERPRETERS.test(program) ? (rest[0] ?? "") : "";
    const path = itself ? program : SCRIPT.test(read) && PATH.test(read) ? read : null;
    if (path === null || path.split("/").includes("..") || asksFor(bare, path)) continue;
    found.push({ path: path.replace(/^\.\//, ""), itself });
  }
  return found;
}

/** `test -x ./build.sh && ./build.sh`: it may be missing. */
const asksFor = (command: string, path: string): boolean =>
  ["-f", "-e", "-x", "-r", "-s"].some((flag) => command.includes(`${flag} ${path}`));

export function checkScripts(pipeline: Pipeline, files: Files): PreflightCheck[] {
  const missing = new Map<string, { readonly named: Named; readonly stages: string[] }>();
  for (const stage of pipeline.stages.values()) {
    for (const named of commandsOf(stage).flatMap(scriptsOf)) {
      const { path, itself } = named;
      const at = files(path);
      if (at === "program" || (at === "file" && !itself) || mayBeMade(pipeline, stage, path)) continue;
      const key = `${path} ${itself}`;
      missing.set(key, { named, stages: [...(missing.get(key)?.stages ?? []), stage.id] });
    }
  }
  return [...missing.values()].map(({ named: { path }, stages }) => ({
    name: "graph_script",
    provider: "",
    status: "fail",
    message:
      files(path) === "missing"
        ? `${whose(stages)} ${path}, which is not in the repository: add it (git add ${path}), or fix the command`
        : `${whose(stages)} ${path}, which may not be executed: chmod +x ${path} and commit it`,
  }));
}

const commandsOf = (stage: Stage): string[] => {
  const { pre, post } = settingsOf(stage).hooks;
  return [stage.toolCommand, pre, post].filter((command) => command !== null);
};

const whose = (stages: readonly string[]): string =>
  stages.length === 1 ? `node ${stages[0]} runs` : `nodes ${stages.slice(0, 5).join(", ")} run`;

/** Stages before this one that could write a file: agents any file, tools what their command names. */
function mayBeMade(pipeline: Pipeline, stage: Stage, path: string): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return before(pipeline, stage.id).some((id) => {
    const { handler, customType, toolCommand } = pipeline.stages.get(id)!;
    if (customType !== null || handler === "agent" || handler === "stack.manager_loop") return true;
    if (id === stage.id || handler !== "tool") return false;
    const command = toolCommand ?? "";
    // A build may make anything; what only runs the same script makes nothing of it.
    return command.includes(name) ? !scriptsOf(command).some((one) => one.path === path) : builds(command);
  });
}

const builds = (command: string): boolean =>
  /\b(?:git|make|npm|npx|pnpm|yarn|cargo|go|pip|pip3|uv|poetry|mvn|gradle|cmake|curl|wget|tar|unzip|docker)\b|\.\/|>/.test(
    command,
  );

function before(pipeline: Pipeline, id: string): string[] {
  const seen = new Set<string>();
  const open = [id];
  for (const at of open)
    for (const { from } of pipeline.into.get(at) ?? []) {
      if (seen.has(from)) continue;
      seen.add(from);
      open.push(from);
    }
  return [...seen];
}
