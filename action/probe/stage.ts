/** Whether stages can be kept from the job's token here, asked of a process that runs as one. */
import { execFileSync } from "node:child_process";
import { enclosed, steppedDown, withWorkUser } from "../../engine/git/work-user.ts";
import { messageOf } from "../../engine/message-of.ts";
import { type StageUser, stageUser } from "../isolation/stage-user.ts";
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
      return await withWorkUser(user, () => reached(user));
    } finally {
      await user.leave();
    }
  } catch (error) {
    return { name: NAME, ok: false, said: messageOf(error) };
  }
}

async function reached(user: StageUser): Promise<Probe> {
  const as = async (...command: [string, ...string[]]) => {
    const around = await enclosed();
    const { file, args } = steppedDown(command[0], command.slice(1), around);
    const env = { PATH: process.env.PATH, ...user.env };
    try {
      return execFileSync(file, args, {
        encoding: "utf8",
        env,
        stdio: ["ignore", "pipe", "pipe"],
      }).trim();
    } finally {
      await around.end();
    }
  };
  const told = await as("sh", "-c", REACH, "sh", String(process.pid));
  const found = told.split("\n").filter(Boolean);
  if (found.length > 0) return { name: NAME, ok: false, said: `a stage reaches ${found.join(", ")}` };
  const who = `${await as("id", "-un")}, in the groups ${await as("id", "-Gn")}`;
  return {
    name: NAME,
    ok: true,
    said: `run as ${who}, and reach neither the driver nor docker nor sudo`,
  };
}
