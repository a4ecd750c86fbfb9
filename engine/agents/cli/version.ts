/** Which version of a CLI is called; asked once per process and executable. */
import { execa } from "execa";
import { launched } from "../../stages/launcher.ts";

const ASK_MS = 20_000;
const known = new Map<string, Promise<string | null>>();

export function versionOf(executable: string, env: Readonly<Record<string, string>>): Promise<string | null> {
  const key = `${executable}\0${env.PATH ?? ""}`;
  const asked = known.get(key) ?? ask(executable, env);
  known.set(key, asked);
  return asked;
}

async function ask(executable: string, env: Readonly<Record<string, string>>): Promise<string | null> {
  const { file, args } = launched(executable, ["--version"]);
  const { failed, stdout } = await execa(file, args, {
    env,
    extendEnv: false,
    stdin: "ignore",
    reject: false,
    timeout: ASK_MS,
  });
  if (failed) return null;
  const lines = stdout.split("\n").map((line) => line.trim());
  return lines.find((line) => /\d+\.\d+/.test(line))?.replace(/\.$/, "") ?? null;
}
