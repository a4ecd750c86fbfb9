/** What a sandbox says that cannot start: its commands did nothing, so a quiet end is no success. */

const BROKEN =
  /^(?:bwrap: |bubblewrap: |sandbox-exec: |landlock: |mxc: |.*(?:sandbox|bwrap).*(?:not (?:supported|available|permitted)|failed to (?:start|initialize|set up)|missing prerequisite|cannot start))/im;

/** Its line, or null. */
export function sandboxBroke(output: string): string | null {
  const found = BROKEN.exec(output);
  if (found === null) return null;
  const start = output.lastIndexOf("\n", found.index + 1) + 1;
  return output.slice(Math.max(start, found.index)).split("\n", 1)[0]!.slice(0, 300);
}
