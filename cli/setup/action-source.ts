/** Which action a workflow of the user is to run: the repository that this command came from, unless somebody says another. */
import { join } from "node:path";
import { gitIn } from "./git-answer.ts";

const GITHUB = /github\.com[/:]([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/;

/** OWNER/NAME@REF of this checkout: its release where the commit has a tag, else the commit. Null: nobody can tell. */
export function ownAction(folder = join(import.meta.dirname, "../..")): string | null {
  const git = gitIn(folder);
  const repository = GITHUB.exec(git("remote", "get-url", "origin") ?? "")?.[1];
  const ref = git("describe", "--tags", "--exact-match", "HEAD") ?? git("rev-parse", "HEAD");
  return repository === undefined || ref === null ? null : `${repository}@${ref}`;
}
