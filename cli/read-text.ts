/** A file that the command line names. */
import { nearestWord } from "../engine/graph/nearest.ts";
import { ConfigError } from "../engine/local/config-file.ts";
import { readInput } from "../engine/local/read-input.ts";
import { SHIPPED_NAME, shippedGraphs } from "./shipped.ts";

/** Raised when a named file cannot be read: no page tells more than its words. */
class UnreadableError extends ConfigError {
  override readonly name = "UnreadableError";
}

export function readText(path: string): string {
  try {
    return readInput(path);
  } catch (error) {
    const gone = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw new UnreadableError([gone ? noFile(path) : `${path} cannot be read: ${(error as Error).message}`]);
  }
}

function noFile(path: string): string {
  if (!SHIPPED_NAME.test(path)) return `there is no file ${path}`;
  const near = nearestWord(
    path,
    shippedGraphs().map(({ name }) => name),
  );
  const instead = near === null ? "`attractor new` lists those that do" : `did you mean ${near}?`;
  return `there is no file ${path}, and no graph of that name ships; ${instead}`;
}
