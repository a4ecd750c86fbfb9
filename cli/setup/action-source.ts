/** Which action a workflow of the user is to run: the repository that this command came from, unless somebody says another. */
import { readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { gitIn } from "./git-answer.ts";

/** Not `import.meta.dirname`: in the npm package the built file lies elsewhere, and this address is kept. */
const HERE = fileURLToPath(new URL("../..", import.meta.url));
const GITHUB = /github\.com[/:]([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/;

/** OWNER/NAME@REF of this copy: a checkout's release or commit, an npm package's release. Null: nobody can tell. */
export const ownAction = (folder = HERE): string | null => ofCheckout(folder) ?? ofPackage(folder);

/** Only where the checkout is of this very folder: a copy below node_modules lies in the checkout of somebody's own project. */
function ofCheckout(folder: string): string | null {
  const git = gitIn(folder);
  const top = git("rev-parse", "--show-toplevel");
  if (top === null || realpathSync(top) !== realpathSync(folder)) return null;
  const repository = GITHUB.exec(git("remote", "get-url", "origin") ?? "")?.[1];
  const ref = git("describe", "--tags", "--exact-match", "HEAD") ?? git("rev-parse", "HEAD");
  return repository === undefined || ref === null ? null : `${repository}@${ref}`;
}

/** A release's tag is its version (scripts/release-check.ts), and its package names the repository that made it. */
const Package = z.object({
  name: z.literal("attractor"),
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  repository: z.object({ url: z.string() }),
});

function ofPackage(folder: string): string | null {
  let text: string;
  try {
    text = readFileSync(join(folder, "package.json"), "utf8");
  } catch {
    return null;
  }
  const { data } = Package.safeParse(JSON.parse(text));
  const repository = GITHUB.exec(data?.repository.url ?? "")?.[1];
  return data === undefined || repository === undefined ? null : `${repository}@v${data.version}`;
}
