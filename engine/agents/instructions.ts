/**
 * Instruction files of the repository, as the base ref has them: neither a head from elsewhere nor an agent of the run can
 * change what the next one is told (R-AGENT-22).
 */
import { listFiles, readBlobs } from "../git/objects.ts";
import type { Git } from "../git/process.ts";
import { cutEnd } from "../stages/text.ts";

/** With the file of the model's own family, if it has one; "" where the repository says nothing. */
export type Instructions = (own: string | null) => Promise<string>;

export interface BaseRef {
  /** Of a repository whose folder this is run in is the top. */
  readonly git: Git;
  readonly commit: string;
  /** Where stages work below the top; "" is the top itself. */
  readonly subfolder: string;
}

const EVERYBODY = "AGENTS.md";
const MOST_BYTES = 32 * 1024;
/** A larger one is no text for an agent. */
const FILE_BYTES = 1024 * 1024;

/** The top, then each folder on the way: `""`, `a/`, `a/b/`. */
export function foldersTo(subfolder: string): string[] {
  const parts = subfolder.split("/").filter(Boolean);
  return ["", ...parts.map((_, n) => `${parts.slice(0, n + 1).join("/")}/`)];
}

/** The top's first, then each folder's on the way to where stages work. A link is no file and is left out. */
export function instructionsAt({ git, commit, subfolder }: BaseRef): Instructions {
  const read = async (own: string | null): Promise<string> => {
    const wanted = foldersTo(subfolder).flatMap((folder) =>
      [EVERYBODY, ...(own === null ? [] : [own])].map((name) => folder + name),
    );
    const listed = await listFiles(git, commit, wanted);
    const files = wanted.flatMap((path) => listed.find((file) => file.path === path) ?? []);
    const fitting = files.filter(({ bytes }) => bytes <= FILE_BYTES);
    const texts = await readBlobs(
      git,
      fitting.map(({ oid }) => oid),
    );
    const sections = fitting.map(({ path }, n) => `# ${path}\n\n${texts[n]!.toString("utf8").trim()}`);
    return cutEnd(sections.join("\n\n"), MOST_BYTES);
  };
  const known = new Map<string | null, Promise<string>>();
  return (own) => {
    const found = known.get(own) ?? read(own);
    known.set(own, found);
    return found;
  };
}
