/** The runs that have not ended: one call, however many there are. */
import { DEFAULT_REF_PREFIX } from "../../engine/git/names.ts";
import type { GitData } from "./git-data.ts";

export async function openRunIds(git: GitData): Promise<string[]> {
  const refs = await git.matching(`${DEFAULT_REF_PREFIX}/`);
  return [...refs.keys()].flatMap((ref) => {
    const parts = ref.split("/");
    return parts.at(-1) === "open" && parts.length === 4 ? [parts[2] as string] : [];
  });
}
