/** Whether commits hold a secret: files are not masked as text is, so what holds one is not left where others read it. */
import type { Git } from "./process.ts";

/** A shorter one would be found in ordinary words. */
const SHORTEST_SECRET = 8;

/** `above`: as `git rev-list` takes them. */
export async function holdsSecret(
  git: Git,
  above: readonly string[],
  secrets: readonly string[],
): Promise<boolean> {
  const values = secrets.filter((secret) => secret.length >= SHORTEST_SECRET);
  if (values.length === 0) return false;
  const { stdout: objects } = await git(["rev-list", "--objects", "--no-object-names", "--stdin"], {
    input: `${above.join("\n")}\n`,
  });
  const { stdout: contents } = await git(["cat-file", "--batch", "--buffer"], { input: objects });
  return values.some((value) => contents.includes(value));
}
