/** A file that the command line names. */
import { ConfigError } from "../engine/local/config-file.ts";
import { readInput } from "../engine/local/read-input.ts";

export function readText(path: string): string {
  try {
    return readInput(path);
  } catch (error) {
    throw new ConfigError([`${path} cannot be read: ${(error as Error).message}`]);
  }
}
