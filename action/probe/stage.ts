/** Whether stages can be kept from the job's token here, asked of a process that runs as one. */
import { execFileSync } from "node:child_process";
import { launched } from "../../engine/stages/launcher.ts";
import { stageUser } from "../stage-user.ts";
import type { Probe } from "./report.ts";

const NAME = "stages";

/** Prints what it reaches and should not; nothing when all is well. */
const REACH = `
cat "/proc/$1/environ" > /dev/null 2>&1 && echo "the driver's environment"
sudo -n true > /dev/null 2>&1 && echo "root, by sudo"
test -w /var/run/docker.sock && echo "docker, which is root"
test -w /etc/passwd && echo "the users' file"
exit 0
`;

export async function stageProbe(): Promise<Probe> {
  try {
    const user = await stageUser();
    try {
      const as = (...command: [string, ...string[]]) => {
        const { file, args } = launched(command[0], command.slice(1));
        const env = { PATH: process.env.PATH, ...user.env };
        return execFileSync(file, args, { encoding: "utf8", env, stdio: ["ignore", "pipe", "pipe"] }).trim();
      };
      const reached = as("sh", "-c", REACH, "sh", String(process.pid)).split("\n").filter(Boolean);
      if (reached.length > 0) return { name: NAME, ok: false, said: `a stage reaches ${reached.join(", ")}` };
      const who = `${as("id", "-un")}, in the groups ${as("id", "-Gn")}`;
      return {
        name: NAME,
        ok: true,
        said: `run as ${who}, and reach neither the driver nor docker nor sudo`,
      };
    } finally {
      await user.leave();
    }
  } catch (error) {
    return { name: NAME, ok: false, said: error instanceof Error ? error.message : String(error) };
  }
}
