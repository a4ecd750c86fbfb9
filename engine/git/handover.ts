/** Commits from a repository that stages could write into the driver's own: objects alone, checked, no configuration with them. */
import type { Git } from "./process.ts";

/** `known` are commits that the receiving side has already. */
export async function handOver(
  from: Git,
  to: Git,
  commits: readonly string[],
  known: readonly string[],
): Promise<void> {
  const wants = [...commits, ...known.map((oid) => `^${oid}`)].join("\n");
  const { stdout } = await from(["pack-objects", "--revs", "--stdout", "--quiet", "--thin"], {
    input: `${wants}\n`,
  });
  await to(["index-pack", "--stdin", "--fix-thin", "--strict"], { input: stdout });
}
