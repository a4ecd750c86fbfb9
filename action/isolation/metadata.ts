/** A cloud's machines hand their keys to whoever asks one address: the stages' user is not led there. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const RULES = [
  // Names may be resolved there, which takes no such connection.
  ["rule", "{}", "uidrange", "{uid}", "to", "169.254.169.254/32", "ipproto", "tcp", "prohibit"],
  ["-6", "rule", "{}", "uidrange", "{uid}", "to", "fd00:ec2::254/128", "ipproto", "tcp", "prohibit"],
];

/** Takes the way back; where this process may set none, as in many containers, nothing is set. */
export function closeMetadata(uid: number): () => void {
  removeAbandoned();
  const done = RULES.filter((rule) => ip(rule, "add", uid));
  return () => {
    for (const rule of done) ip(rule, "del", uid);
  };
}

/** Of users of jobs whose driver was killed; those users are gone by now. */
function removeAbandoned(): void {
  const users = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":")[2]);
  for (const rule of RULES) {
    const shown = listed(rule[0] === "-6" ? ["-6", "rule"] : ["rule"]);
    for (const [, uid] of shown.matchAll(/to (?:169\.254\.169\.254|fd00:ec2::254)\S* uidrange (\d+)-\1 /g))
      if (!users.includes(uid)) ip(rule, "del", Number(uid));
  }
}

function listed(args: readonly string[]): string {
  try {
    return execFileSync("ip", args, { encoding: "utf8", timeout: 10_000 });
  } catch {
    return "";
  }
}

function ip(rule: readonly string[], verb: string, uid: number): boolean {
  const args = rule.map((word) => word.replace("{}", verb).replace("{uid}", `${uid}-${uid}`));
  try {
    execFileSync("ip", args, { stdio: "ignore", timeout: 10_000 });
    return true;
  } catch {
    return false;
  }
}
