/** A command-line agent and the base ref: what it is told from there, and whether the tree agrees with it (R-AGENT-22). */
import { cutEnd, oneLine } from "../../stages/text.ts";
import type { AtBase } from "../base-ref.ts";
import type { CliAdapter } from "./adapter.ts";
import { readsOf } from "./reads.ts";

type Name = CliAdapter["name"];

/** "" where the repository says nothing. */
export async function toldFrom(base: AtBase | undefined, name: Name): Promise<string> {
  const text = (await base?.instructions(readsOf(name).own)) ?? "";
  return text === "" ? "" : `Instructions of this project:\n\n${text}\n\n`;
}

const SHOWN = 10;
const PATH_BYTES = 200;

/** Why it must not start in this tree; null: it may. */
export async function differsFrom(
  base: AtBase | undefined,
  name: Name,
  worktree: string,
): Promise<string | null> {
  const paths = (await base?.changed(worktree, readsOf(name))) ?? [];
  if (paths.length === 0) return null;
  const shown = paths.slice(0, SHOWN).map((path) => cutEnd(oneLine(path), PATH_BYTES));
  const more = paths.length > SHOWN ? ` and ${paths.length - SHOWN} more` : "";
  return [
    `${name} was not started: it reads files of the worktree by itself that are not as the base ref has them: ${shown.join(", ")}${more}`,
    "take these changes out of the work, bring them to the base ref first, or write llm: { instructions: head } into the base ref's configuration if whoever writes the worktree may instruct agents",
  ].join("; ");
}
