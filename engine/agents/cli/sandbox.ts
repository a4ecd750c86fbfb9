/** The sandbox that a CLI brings: whether it can start here, and what it says when it cannot. */

import { asStage } from "../as-stage.ts";
import type { CliAdapter } from "./adapter.ts";

const probed = new Map<string, Promise<string | null>>();

/** null where it can start; asked once per process and executable. */
export function sandboxProblem(
  adapter: CliAdapter,
  executable: string,
  env: Readonly<Record<string, string>>,
): Promise<string | null> {
  const key = `${adapter.name}\0${executable}\0${env.PATH ?? ""}`;
  const asked = probed.get(key) ?? probe(adapter, executable, env);
  probed.set(key, asked);
  return asked;
}

async function probe(
  { name, sandboxProbe }: CliAdapter,
  executable: string,
  env: Readonly<Record<string, string>>,
): Promise<string | null> {
  if (typeof sandboxProbe === "string") return `${name} has no sandbox of use here: ${sandboxProbe}`;
  for (const [file = "", ...args] of sandboxProbe(executable)) {
    if ((await asStage(file, args, { env })) !== null) continue;
    return `the sandbox of ${name} cannot start: ${[file, ...args].join(" ")} fails here`;
  }
  return null;
}

const SAYS = /^(?:bwrap|bubblewrap|sandbox-exec|landlock|mxc): /i;
const NAMES = /sandbox|bwrap/i;
const BROKEN =
  /not (?:supported|available|permitted)|failed to (?:start|initialize|set up)|missing prerequisite|cannot start/i;

/** The line of a command's output that says so: it did nothing, and a quiet end is no success. */
export function sandboxBroke(output: string): string | null {
  const found = output.split("\n").find((line) => {
    const named = line.search(NAMES);
    return SAYS.test(line) || (named !== -1 && BROKEN.test(line.slice(named)));
  });
  return found ?? null;
}
