/** Which version of a CLI is called; asked once per process and executable. */
import { asStage } from "../as-stage.ts";

const known = new Map<string, Promise<string | null>>();

export function versionOf(
  executable: string,
  args: readonly string[] | null,
  env: Readonly<Record<string, string>>,
): Promise<string | null> {
  if (args === null) return Promise.resolve(null);
  const key = `${executable}\0${env.PATH ?? ""}`;
  const asked = known.get(key) ?? ask(executable, args, env);
  known.set(key, asked);
  return asked;
}

async function ask(
  executable: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<string | null> {
  // Without the stage's marks: by them what a stage leaves behind is found and ended.
  const { PATH = "", HOME = "" } = env;
  const said = await asStage(executable, args, { env: { PATH, HOME } });
  const lines = (said ?? "").split("\n").map((line) => line.trim());
  return lines.find((line) => /\d+\.\d+/.test(line))?.replace(/\.$/, "") ?? null;
}
