/** One order of the driver done: a tool of the table, or a hook around one. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { headOf, shortenOutput } from "./limits.ts";
import type { ToolPlace } from "./place.ts";
import { MOST_OUTPUT, type Order, type ToolReport } from "./protocol.ts";
import { type ReadInput, readFile, readMany } from "./read.ts";
import { type GrepInput, glob, grep, listDir } from "./search.ts";
import { runCommand, type ShellEnd } from "./shell.ts";
import { ToolError } from "./tool-error.ts";
import { applyPatch, type EditInput, editFile, writeFile } from "./write.ts";

type Done = { ok: boolean; output: string; exitCode?: number | null; timedOut?: boolean };
/** What another tool is doing to a file is over before the next one touches any. */
let turn: Promise<unknown> = Promise.resolve();

export async function serve(
  place: ToolPlace,
  order: Exclude<Order, { stop: true }>,
  stop: AbortSignal,
  onBytes: (bytes: number) => void,
): Promise<ToolReport> {
  const tool = "tool" in order ? order.tool : "hook";
  const done = await perform(place, order, stop, onBytes).catch((error: unknown): Done => {
    const known = error instanceof ToolError;
    return { ok: false, output: known ? error.message : `${tool} failed: ${(error as Error).message}` };
  });
  const { output, ...rest } = done;
  const shown = shortenOutput(tool, output, () => keepWhole(place, order.id, output));
  return { id: order.id, ...rest, shown, output: headOf(output, MOST_OUTPUT).toWellFormed() };
}

function keepWhole(place: ToolPlace, id: number, output: string): string {
  const file = join(place.scratch, `${id}.txt`);
  writeFileSync(file, output);
  return file;
}

async function perform(
  place: ToolPlace,
  order: Exclude<Order, { stop: true }>,
  stop: AbortSignal,
  onBytes: (bytes: number) => void,
): Promise<Done> {
  const { timeoutMs } = order;
  if ("hook" in order) {
    const ended = await runCommand(
      { command: order.hook, cwd: place.root, env: order.env, input: order.input, timeoutMs, onBytes },
      stop,
    );
    return command(ended, timeoutMs, stop);
  }
  if (order.tool === "shell") {
    const { command: asked } = order.input as { command: string };
    return command(
      await runCommand({ command: asked, cwd: place.root, timeoutMs, onBytes }, stop),
      timeoutMs,
      stop,
    );
  }
  const work = turn.then(() => fileTool(place, order.tool, order.input));
  turn = work.catch(() => undefined);
  return { ok: true, output: await work };
}

function command({ output, code, signal, timedOut }: ShellEnd, timeoutMs: number, stop: AbortSignal): Done {
  const said = output === "" || output.endsWith("\n") ? output : `${output}\n`;
  const end = timedOut
    ? `[stopped after ${timeoutMs} ms, its time limit: ask for more with timeout_ms, or do less at once]`
    : stop.aborted
      ? "[stopped: the session ends]"
      : `[exit code ${code ?? signal}]`;
  return { ok: code === 0 && !timedOut && !stop.aborted, output: said + end, exitCode: code, timedOut };
}

function fileTool(place: ToolPlace, tool: string, input: unknown): Promise<string> {
  switch (tool) {
    case "read_file":
      return readFile(place, input as ReadInput);
    case "read_many_files":
      return readMany(place, (input as { paths: string[] }).paths);
    case "write_file":
      return writeFile(place, input as { path: string; content: string });
    case "edit_file":
      return editFile(place, input as EditInput);
    case "apply_patch":
      return applyPatch(place, (input as { patch: string }).patch);
    case "grep":
      return grep(place, input as GrepInput);
    case "glob":
      return glob(place, input as { pattern: string; path?: string });
    case "list_dir":
      return listDir(place, input as { path?: string; depth?: number });
    default:
      throw new ToolError(`there is no tool ${tool}`);
  }
}
