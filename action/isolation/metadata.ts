/** A cloud's machines hand their keys to whoever asks one address: the stages' user is not led there. */
import { execFileSync } from "node:child_process";

const RULES = [
  // Names may be resolved there, which takes no such connection.
  ["rule", "{}", "uidrange", "{uid}", "to", "169.254.169.254/32", "ipproto", "tcp", "prohibit"],
  ["-6", "rule", "{}", "uidrange", "{uid}", "to", "fd00:ec2::254/128", "ipproto", "tcp", "prohibit"],
];

/** Takes the way back; where this process may set none, as in many containers, nothing is set. */
export function closeMetadata(uid: number): () => void {
  const done = RULES.filter((rule) => ip(rule, "add", uid));
  return () => {
    for (const rule of done) ip(rule, "del", uid);
  };
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
