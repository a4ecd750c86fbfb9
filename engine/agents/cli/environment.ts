/** What a CLI's process sees: a stage's environment, what its provider declares, and no provider's key. */
import { declaredEnv, type ParentEnv } from "../../stages/inherit-env.ts";

const LOOPBACK = "127.0.0.1,localhost";

export function cliEnv(
  stage: Readonly<Record<string, string>>,
  parent: ParentEnv,
  passEnv: readonly string[],
  /** The keys that stay with the driver, under whatever name they were declared. */
  keys: readonly string[],
): Record<string, string> {
  const env = { ...stage, ...declaredEnv(parent, passEnv) };
  for (const [name, value] of Object.entries(env)) if (keys.includes(value)) delete env[name];
  for (const name of ["NO_PROXY", "no_proxy"]) {
    env[name] = env[name] === undefined ? LOOPBACK : `${env[name]},${LOOPBACK}`;
  }
  return env;
}
